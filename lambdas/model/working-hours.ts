/** The days of the week, the first one first, as ISO 8601 counts them. */
export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
type Weekday = (typeof weekdays)[number];

/** A part of a day, in minutes of the day's wall clock. 1,440 is the end of the day. */
export type PartOfDay = { readonly fromMinute: number; readonly untilMinute: number };

/** The times at which operators work. */
export type WorkingHours = {
  /** A name of the IANA database, such as Europe/Moscow. */
  readonly timeZone: string;
  /** The parts of each day, in order and without overlap. A day without parts is closed. */
  readonly week: Readonly<Record<Weekday, readonly PartOfDay[]>>;
  /** Closed days, such as 2027-01-01. */
  readonly holidays: readonly string[];
  /** Customers who write outside these hours get a notice. */
  readonly givesNotice: boolean;
};

/** Working hours as a team writes them in the settings. Each part of a day is such as `09:00-13:00`. */
export type WrittenHours = {
  readonly timeZone: string;
  readonly week: Readonly<Partial<Record<Weekday, readonly string[] | undefined>>>;
  readonly holidays?: readonly string[] | undefined;
  readonly notice?: boolean | undefined;
};

/** The working hours that a team has written. The settings have checked them. */
export function workingHoursOf({
  timeZone,
  week,
  holidays = [],
  notice = true,
}: WrittenHours): WorkingHours {
  const days = weekdays.map((day) => [day, partsOf(week[day])] as const);
  return {
    timeZone,
    week: Object.fromEntries(days) as WorkingHours["week"],
    holidays,
    givesNotice: notice,
  };
}

function partsOf(written: readonly string[] = []): readonly PartOfDay[] {
  const parts = written.map(partOfDay).filter((part) => part !== undefined);
  return parts.toSorted((one, other) => one.fromMinute - other.fromMinute);
}

/** Reads a part of a day such as `09:00-13:00`. Undefined for a text of another form. */
export function partOfDay(text: string): PartOfDay | undefined {
  const [, from, until] = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(text) ?? [];
  const [fromMinute, untilMinute] = [minuteOf(from), minuteOf(until)];
  return fromMinute === undefined || untilMinute === undefined
    ? undefined
    : { fromMinute, untilMinute };
}

function minuteOf(time: string | undefined): number | undefined {
  const [hours = Number.NaN, minutes = Number.NaN] = time?.split(":").map(Number) ?? [];
  const minute = hours * 60 + minutes;
  return minutes < 60 && minute <= 1440 ? minute : undefined;
}
