import * as z from "zod";
import { partOfDay, weekdays } from "../../lambdas/model/conversation.ts";
import { withGuess } from "./did-you-mean.ts";
import { flag, oneOf, wholeNumber } from "./fields.ts";

const zoneExpected = "expected the name of a time zone such as Europe/Moscow";

/** A time zone that Node knows. An offset such as +03:00 would ignore the changes of the clock. */
const timeZone = z
  .string({ error: ({ input }) => withGuess(zoneExpected, input, allZones()) })
  .refine(isTimeZone, {
    error: ({ input }) => withGuess(zoneExpected, input, allZones()),
    abort: true,
  });

function allZones(): readonly string[] {
  return ["UTC", ...Intl.supportedValuesOf("timeZone")];
}

function isTimeZone(name: string): boolean {
  if (!/^[A-Z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).format(0) !== "";
  } catch {
    return false;
  }
}

const partExpected = "expected hours such as 09:00-18:00, from 00:00 to 24:00";
const overMidnight =
  "expected an end after the beginning; write hours over midnight as two parts, up to 24:00 and on the next day from 00:00";

const part = z.string(partExpected).superRefine((text, context) => {
  const read = partOfDay(text);
  if (read === undefined) return context.addIssue({ code: "custom", message: partExpected });
  if (read.fromMinute < read.untilMinute) return;
  context.addIssue({ code: "custom", message: overMidnight });
});

const parts = z
  .array(part, 'expected a list of hours such as ["09:00-18:00"]')
  .refine(areApart, "expected hours that do not overlap");

function areApart(written: readonly string[]): boolean {
  const read = written.map(partOfDay).filter((each) => each !== undefined);
  const sorted = read.toSorted((one, other) => one.fromMinute - other.fromMinute);
  return sorted.every((each, index) => each.fromMinute >= (sorted[index - 1]?.untilMinute ?? 0));
}

const dateExpected = "expected a date such as 2027-01-01";
const date = z
  .string(dateExpected)
  .refine((text) => /^\d{4}-\d\d-\d\d$/.test(text) && isDate(text), dateExpected);

function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

const office = ["09:00-13:00", "14:00-18:00"];

/** The hours in which operators work. */
export const workingHours = z.strictObject({
  timeZone: timeZone.meta({
    description: "The time zone of the hours, by its name in the IANA database.",
    examples: ["Europe/Moscow"],
  }),
  week: z
    .partialRecord(z.enum(weekdays), parts)
    .refine(
      (week) => Object.values(week).some((each) => each.length > 0),
      "expected hours on at least one day",
    )
    .meta({
      description:
        "The hours of each day: `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`. A day without hours is closed. Write hours over midnight as two parts, up to `24:00` and from `00:00`.",
      examples: [{ mon: office, tue: office, wed: office, thu: office, fri: ["09:00-17:00"] }],
    }),
  holidays: z
    .array(date, "expected a list of dates")
    .default([])
    .meta({
      description: "Closed days.",
      examples: [["2027-01-01", "2027-01-07"]],
    }),
  notice: flag.default(true).meta({
    description:
      "Sends a customer who writes outside these hours one notice in each closed period, with the next opening time.",
    examples: [false],
  }),
});

/** What happens when nobody has answered a customer for a time. */
export const unanswered = z.strictObject({
  afterWorkingMinutes: wholeNumber(1, 10_080, " of minutes").meta({
    description:
      "After this many working minutes without an answer. Without `workingHours`, every minute counts.",
    examples: [15],
  }),
  as: oneOf(["task", "note"]).meta({
    description:
      "Makes a task for the responsible user, or a note, on the lead, otherwise on the contact. It needs an API token.",
    examples: ["task"],
  }),
  tellCustomer: flag.default(false).meta({
    description: "Sends the customer one line too.",
    examples: [true],
  }),
});

/** The bridge closes a talk in amoCRM when the talk has ended here. */
export const closeTalks = z.strictObject({
  forceClose: flag.default(true).meta({
    description:
      "With `true`, amoCRM closes the talk at once. With `false`, the account's survey (NPS) may run first.",
    examples: [false],
  }),
});
