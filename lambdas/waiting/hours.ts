import { fromEpochMilliseconds, toZonedDateTimeISO } from "temporal-polyfill/fns/Instant";
import * as PlainDate from "temporal-polyfill/fns/PlainDate";
import { create, toZonedDateTime } from "temporal-polyfill/fns/PlainDateTime";
import { getTimeZoneTransition, toPlainDate } from "temporal-polyfill/fns/ZonedDateTime";
import { weekdays } from "../model/conversation.ts";
import type { WorkingHours } from "../model/conversation.ts";

/** A span of working time, in instants. */
type Span = { readonly fromMillis: number; readonly untilMillis: number };

const minuteMillis = 60_000;
const minutesADay = 1440;
/** The search for working time ends after this many days. */
const mostDays = 400;

/** True when operators work at that instant. */
export function isOpen(hours: WorkingHours, atMillis: number): boolean {
  return opensAtMillis(hours, atMillis) === atMillis;
}

/** The first instant of working time, from the given one on. Undefined when none comes. */
export function opensAtMillis(hours: WorkingHours, fromMillis: number): number | undefined {
  for (const span of spansFrom(hours, fromMillis)) return span.fromMillis;
  return undefined;
}

/** The instant at which that much working time has passed. Undefined when so much never comes. */
export function afterWorkingMinutes(
  hours: WorkingHours,
  fromMillis: number,
  minutes: number,
): number | undefined {
  let leftMillis = minutes * minuteMillis;
  for (const { fromMillis: from, untilMillis: until } of spansFrom(hours, fromMillis)) {
    if (until - from >= leftMillis) return from + leftMillis;
    leftMillis -= until - from;
  }
  return undefined;
}

/** The working time between two instants. */
export function workingMillisBetween(
  hours: WorkingHours,
  fromMillis: number,
  untilMillis: number,
): number {
  let sum = 0;
  for (const span of spansFrom(hours, fromMillis)) {
    if (span.fromMillis >= untilMillis) break;
    sum += Math.min(span.untilMillis, untilMillis) - span.fromMillis;
  }
  return sum;
}

/** The working time from an instant on, in order. The first span begins there, or later. */
function* spansFrom(hours: WorkingHours, fromMillis: number): Generator<Span> {
  const { timeZone, week, holidays } = hours;
  const first = toPlainDate(toZonedDateTimeISO(fromEpochMilliseconds(fromMillis), timeZone));
  for (let number = 0; number < mostDays; number += 1) {
    const date = PlainDate.addDays(first, number);
    if (holidays.includes(PlainDate.toString(date))) continue;
    const day = weekdays[PlainDate.dayOfWeek(date) - 1] ?? "mon";
    for (const { fromMinute, untilMinute } of week[day]) {
      const span = {
        fromMillis: Math.max(fromMillis, instantOf(date, fromMinute, timeZone)),
        untilMillis: instantOf(date, untilMinute, timeZone),
      };
      // Also drops a part of the day that the change to summer time leaves out.
      if (span.fromMillis < span.untilMillis) yield span;
    }
  }
}

/**
 * The instant of a minute of a day's wall clock. A minute that the change to summer time leaves out is the
 * instant of the change. Of a minute that the change to winter time repeats, the first one counts.
 */
function instantOf(date: PlainDate.Record, minute: number, timeZone: string): number {
  const isEndOfDay = minute === minutesADay;
  const { year, month, day } = isEndOfDay ? PlainDate.addDays(date, 1) : date;
  const hour = isEndOfDay ? 0 : Math.floor(minute / 60);
  const clock = create(year, month, day, hour, minute % 60);
  const found = toZonedDateTime(clock, timeZone);
  if (found.hour === hour && found.minute === minute % 60) return found.epochMilliseconds;
  const before = toZonedDateTime(clock, timeZone, { disambiguation: "earlier" });
  return (getTimeZoneTransition(before, "next") ?? found).epochMilliseconds;
}
