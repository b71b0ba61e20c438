import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { weekdays, workingHoursOf } from "../../../lambdas/model/conversation.ts";
import type { PartOfDay, WorkingHours } from "../../../lambdas/model/conversation.ts";
import {
  afterWorkingMinutes,
  isOpen,
  opensAtMillis,
  workingMillisBetween,
} from "../../../lambdas/waiting/hours.ts";

const at = (time: string) => Date.parse(time);
const iso = (millis: number | undefined) =>
  millis === undefined ? undefined : new Date(millis).toISOString();
const minutes = (millis: number) => millis / 60_000;
const hour = 60;
const day = 24 * hour;

const office = ["09:00-13:00", "14:00-18:00"];
const weekOf = (parts: readonly string[]) =>
  Object.fromEntries(weekdays.map((name) => [name, parts] as const));
const workdays = { mon: office, tue: office, wed: office, thu: office, fri: office };
const moscow = workingHoursOf({
  timeZone: "Europe/Moscow",
  week: workdays,
  holidays: ["2027-01-04"],
});
/** Berlin: summer time began on 28 March 2027 at 01:00 UTC and ended on 31 October 2027 at 01:00 UTC. */
const berlin = (parts: readonly string[]) =>
  workingHoursOf({ timeZone: "Europe/Berlin", week: weekOf(parts) });

describe("whether operators work, and when they work next", () => {
  test.each([
    { when: "before work", time: "2026-12-01T05:59:59Z", opens: "2026-12-01T06:00:00.000Z" },
    { when: "at the first moment", time: "2026-12-01T06:00:00Z", opens: "now" },
    { when: "within work", time: "2026-12-01T08:30:00Z", opens: "now" },
    { when: "in the break", time: "2026-12-01T10:00:00Z", opens: "2026-12-01T11:00:00.000Z" },
    { when: "at the end of work", time: "2026-12-01T15:00:00Z", opens: "2026-12-02T06:00:00.000Z" },
    { when: "on Friday evening", time: "2026-12-04T16:00:00Z", opens: "2026-12-07T06:00:00.000Z" },
    {
      when: "on the evening before a Monday that is a holiday",
      time: "2027-01-03T16:00:00Z",
      opens: "2027-01-05T06:00:00.000Z",
    },
  ])("in Moscow, $when", ({ time, opens }) => {
    const atMillis = at(time);
    expect(isOpen(moscow, atMillis)).toBe(opens === "now");
    expect(iso(opensAtMillis(moscow, atMillis))).toBe(opens === "now" ? iso(atMillis) : opens);
  });

  test("in a zone with half hours", () => {
    const kolkata = workingHoursOf({ timeZone: "Asia/Kolkata", week: workdays });
    expect(iso(opensAtMillis(kolkata, at("2026-12-01T00:00:00Z")))).toBe(
      "2026-12-01T03:30:00.000Z",
    );
  });

  test("closed for a week of holidays", () => {
    const holidays = ["2026-12-07", "2026-12-08", "2026-12-09", "2026-12-10", "2026-12-11"];
    const hours = workingHoursOf({ timeZone: "Europe/Moscow", week: workdays, holidays });
    expect(iso(opensAtMillis(hours, at("2026-12-04T15:00:00Z")))).toBe("2026-12-14T06:00:00.000Z");
  });

  test("never open: there is no next time", () => {
    const never = workingHoursOf({ timeZone: "Europe/Moscow", week: {} });
    expect(isOpen(never, at("2026-12-01T08:00:00Z"))).toBe(false);
    expect(opensAtMillis(never, at("2026-12-01T08:00:00Z"))).toBeUndefined();
    expect(afterWorkingMinutes(never, at("2026-12-01T08:00:00Z"), 1)).toBeUndefined();
  });

  test("hours over midnight, written as two parts, are open at midnight", () => {
    const night = berlin(["00:00-06:00", "22:00-24:00"]);
    expect(isOpen(night, at("2026-12-01T23:00:00Z"))).toBe(true);
    expect(isOpen(night, at("2026-12-01T22:59:59Z"))).toBe(true);
    expect(iso(opensAtMillis(night, at("2026-12-01T05:00:00Z")))).toBe("2026-12-01T21:00:00.000Z");
  });
});

describe("the change of the clock", () => {
  test.each([
    {
      change: "to summer time: work begins an hour earlier in UTC",
      night: "2027-03-28",
      utc: "07",
    },
    { change: "to winter time: work begins an hour later in UTC", night: "2027-10-31", utc: "08" },
  ])("$change", ({ night, utc }) => {
    const opens = opensAtMillis(berlin(["09:00-18:00"]), at(`${night}T03:00:00Z`));
    expect(iso(opens)).toBe(`${night}T${utc}:00:00.000Z`);
  });

  test.each([
    { change: "a usual day", date: "2027-05-05", length: day },
    { change: "the day that loses an hour", date: "2027-03-28", length: day - hour },
    { change: "the day that gains an hour", date: "2027-10-31", length: day + hour },
  ])("the whole of $change counts, and no minute twice", ({ date, length }) => {
    const around = [at(`${date}T00:00:00Z`) - 2 * day * 60_000, at(`${date}T00:00:00Z`)] as const;
    const whole = berlin(["00:00-24:00"]);
    const onlyThen = workingHoursOf({
      timeZone: "Europe/Berlin",
      week: weekOf(["00:00-24:00"]),
      holidays: [-2, -1, 1, 2].map((days) =>
        new Date(around[1] + days * 86_400_000).toISOString().slice(0, 10),
      ),
    });
    const [from, until] = [around[0], around[1] + 2 * 86_400_000];
    expect(minutes(workingMillisBetween(onlyThen, from, until))).toBe(length);
    expect(minutes(workingMillisBetween(whole, from, until))).toBe(minutes(until - from));
  });

  test("a part of the day that the change leaves out has no minutes", () => {
    const [from, until] = [at("2027-03-27T23:00:00Z"), at("2027-03-28T22:00:00Z")];
    expect(workingMillisBetween(berlin(["02:00-03:00"]), from, until)).toBe(0);
    expect(minutes(workingMillisBetween(berlin(["01:30-03:30"]), from, until))).toBe(hour);
    const around = berlin(["01:00-02:30", "03:00-04:00"]);
    expect(minutes(workingMillisBetween(around, from, until))).toBe(2 * hour);
  });

  test("a part of the day that the change repeats counts from its first minute", () => {
    const [from, until] = [at("2027-10-30T22:00:00Z"), at("2027-10-31T23:00:00Z")];
    expect(iso(opensAtMillis(berlin(["02:00-02:30"]), from))).toBe("2027-10-31T00:00:00.000Z");
    expect(minutes(workingMillisBetween(berlin(["02:00-02:30"]), from, until))).toBe(30);
    expect(minutes(workingMillisBetween(berlin(["01:00-04:00"]), from, until))).toBe(4 * hour);
  });
});

describe("working minutes", () => {
  test.each([
    { from: "2026-12-01T06:10:00Z", after: 15, over: "2026-12-01T06:25:00.000Z" },
    { from: "2026-12-01T09:55:00Z", after: 15, over: "2026-12-01T11:10:00.000Z" },
    { from: "2026-12-04T14:50:00Z", after: 15, over: "2026-12-07T06:05:00.000Z" },
    { from: "2026-12-05T12:00:00Z", after: 15, over: "2026-12-07T06:15:00.000Z" },
    { from: "2026-12-01T06:00:00Z", after: 480, over: "2026-12-01T15:00:00.000Z" },
  ])("$after of them from $from are over at $over", ({ from, after, over }) => {
    expect(iso(afterWorkingMinutes(moscow, at(from), after))).toBe(over);
  });
});

const zones = [
  "Europe/Moscow",
  "Europe/Berlin",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "America/St_Johns",
  "America/Sao_Paulo",
  "Pacific/Apia",
];
const someHours: fc.Arbitrary<WorkingHours> = fc
  .record({
    timeZone: fc.constantFrom(...zones),
    days: fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 1440 }), { maxLength: 6 }), {
      minLength: 7,
      maxLength: 7,
    }),
    holidays: fc.subarray(["2027-03-28", "2027-03-29", "2027-10-31", "2027-11-01"]),
  })
  .map(({ timeZone, days, holidays }) => {
    const parts = (bounds: readonly number[]) => {
      const sorted = bounds.toSorted((one, other) => one - other);
      return Array.from({ length: Math.floor(sorted.length / 2) }, (_, index) => ({
        fromMinute: sorted[2 * index] ?? 0,
        untilMinute: sorted[2 * index + 1] ?? 0,
      }));
    };
    const week: Record<string, PartOfDay[]> = Object.fromEntries(
      weekdays.map((name, index) => [name, parts(days[index] ?? [])]),
    );
    return {
      timeZone,
      week: week as unknown as WorkingHours["week"],
      holidays,
      givesNotice: true,
    };
  });
/** Around both changes of the clock in the north and in the south. */
const moments = fc
  .tuple(
    fc.constantFrom("2027-03-14", "2027-03-28", "2027-04-04", "2027-10-03", "2027-10-31"),
    fc.integer({ min: -day, max: day }),
  )
  .map(([date, minute]) => at(`${date}T00:00:00Z`) + minute * 60_000);

describe("for any hours", () => {
  test("the time until work begins has no working minute, and work then goes on", () => {
    fc.assert(
      fc.property(someHours, moments, (hours, now) => {
        const opens = opensAtMillis(hours, now);
        expect(isOpen(hours, now)).toBe(opens === now);
        fc.pre(opens !== undefined);
        expect(workingMillisBetween(hours, now, opens)).toBe(0);
        expect(isOpen(hours, opens)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test("working time adds up over any instant between", () => {
    fc.assert(
      fc.property(someHours, fc.tuple(moments, moments, moments), (hours, unsorted) => {
        const [from = 0, between = 0, until = 0] = unsorted.toSorted((a, b) => a - b);
        const parts =
          workingMillisBetween(hours, from, between) + workingMillisBetween(hours, between, until);
        expect(parts).toBe(workingMillisBetween(hours, from, until));
        expect(parts).toBeLessThanOrEqual(until - from);
      }),
      { numRuns: 25 },
    );
  });

  test("after that many working minutes, that many have passed and not one less before", () => {
    fc.assert(
      fc.property(
        someHours,
        moments,
        fc.integer({ min: 1, max: 600 }),
        (hours, from, afterMinutes) => {
          const then = afterWorkingMinutes(hours, from, afterMinutes);
          fc.pre(then !== undefined);
          expect(minutes(workingMillisBetween(hours, from, then))).toBe(afterMinutes);
          expect(workingMillisBetween(hours, from, then - 1)).toBeLessThan(afterMinutes * 60_000);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("it is open at a minute when the wall clock is within a part of a day that is no holiday", () => {
    fc.assert(
      fc.property(someHours, moments, (hours, now) => {
        const clock = new Intl.DateTimeFormat("sv", {
          timeZone: hours.timeZone,
          dateStyle: "short",
          timeStyle: "short",
        }).format(now);
        const [date = "", time = ""] = clock.split(" ");
        const [h = 0, m = 0] = time.split(":").map(Number);
        const minute = h * 60 + m;
        const name = weekdays[(new Date(date).getUTCDay() + 6) % 7] ?? "mon";
        const isWithin =
          !hours.holidays.includes(date) &&
          hours.week[name].some((part) => part.fromMinute <= minute && minute < part.untilMinute);
        // A minute that the clock shows twice counts once, and only then the two may differ.
        const isRepeated = [-60, -30, 30, 60].some(
          (apart) =>
            new Intl.DateTimeFormat("sv", {
              timeZone: hours.timeZone,
              dateStyle: "short",
              timeStyle: "short",
            }).format(now + apart * 60_000) === clock,
        );
        fc.pre(!isRepeated);
        expect(isOpen(hours, now)).toBe(isWithin);
      }),
      { numRuns: 300 },
    );
  });
});
