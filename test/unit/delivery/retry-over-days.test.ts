import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decideRetry } from "../../../lambdas/delivery/retry.ts";
import type { EventAge } from "../../../lambdas/delivery/retry.ts";
import type { Direction } from "../../../lambdas/model/envelope.ts";
import { TransientFailure } from "../../../lambdas/model/failure.ts";

const hour = 3_600_000;
const day = 24 * hour;
const acceptedAtMillis = 1_700_000_000_000;
/** A plain failure, or one with the vendor's own wait. */
type Wait = number | undefined;
const failureOf = (wait: Wait) =>
  new TransientFailure("not now", { retryAfterSeconds: wait, isLimit: wait !== undefined });
const windows = [
  { direction: "to-telegram", windowMillis: day },
  { direction: "to-amocrm", windowMillis: 10 * day },
] as const;

/** The queue delivers an event until it is given up. The failures repeat in turn. */
const receivesOf = (direction: Direction, waits: readonly Wait[], random: number) => {
  const ages: number[] = [];
  for (let nowMillis = acceptedAtMillis, attempts = 0; ;) {
    ages.push(nowMillis - acceptedAtMillis);
    const receiveCount = ages.length;
    const age = {
      direction,
      attempts,
      acceptedAtMillis,
      nowMillis,
      receiveCount,
      random,
    };
    const decision = decideRetry(failureOf(waits[ages.length % waits.length]), age);
    if (decision.kind === "give-up") return { receives: ages.length, ages };
    attempts = decision.attempts;
    nowMillis += decision.afterSeconds * 1000;
  }
};

const decide = (wait: Wait, ageMillis: number, receiveCount: number, direction: Direction) => {
  const age: EventAge = {
    direction,
    attempts: 0,
    acceptedAtMillis,
    nowMillis: acceptedAtMillis + ageMillis,
    receiveCount,
    random: 0,
  };
  return decideRetry(failureOf(wait), age);
};

describe.each(windows)("an event $direction", ({ direction, windowMillis }) => {
  test.each([0, 1, 5, 30, 60, undefined])(
    "that is always refused with a wait of %s s is retried for its whole time",
    (wait) => {
      const { receives, ages } = receivesOf(direction, [wait], 0);

      expect(ages.at(-1)).toBeGreaterThanOrEqual(windowMillis);
      expect(receives).toBeLessThanOrEqual(900);
    },
  );

  test("is retried for its whole time with any short waits, and never too often", () => {
    const waits = fc.array(fc.constantFrom(0, 1, 5, 30, 60, undefined), { minLength: 1 });
    const randoms = fc.double({ min: 0, max: 0.999_999, noNaN: true });
    fc.assert(
      fc.property(waits, randoms, (sequence, random) => {
        const { receives, ages } = receivesOf(direction, sequence, random);

        expect(ages.at(-1)).toBeGreaterThanOrEqual(windowMillis);
        expect(receives).toBeLessThanOrEqual(900);
      }),
    );
  });

  test("is retried until the end: no gap is longer than a tenth of its time", () => {
    const { ages } = receivesOf(direction, [1], 0);
    const gaps = ages.slice(1).map((age, index) => age - (ages[index] ?? 0));

    expect(Math.max(...gaps)).toBeLessThan(windowMillis / 10);
  });
});

describe("the remaining receives", () => {
  test.each([
    { receive: 449, ageMillis: 0, direction: "to-telegram", least: 1 },
    { receive: 450, ageMillis: 0, direction: "to-telegram", least: 192 },
    { receive: 700, ageMillis: 12 * hour, direction: "to-telegram", least: 216 },
    { receive: 899, ageMillis: 23 * hour, direction: "to-telegram", least: 3600 },
    { receive: 450, ageMillis: 0, direction: "to-amocrm", least: 1920 },
  ] as const)(
    "at receive $receive after $ageMillis ms $direction are spread: $least s at least",
    ({ receive, ageMillis, direction, least }) => {
      const decisions = [1, undefined].map((wait) => decide(wait, ageMillis, receive, direction));

      expect(decisions).toMatchObject([{ afterSeconds: least }, { afterSeconds: least }]);
    },
  );

  test("do not shorten a vendor's longer wait", () => {
    expect(decide(5000, 0, 450, "to-telegram")).toMatchObject({ afterSeconds: 5000, attempts: 0 });
  });
});

describe("a wait far beyond an event's retry time", () => {
  test.each([
    { direction: "to-telegram", ageMillis: 0, wait: 48 * 3600, kind: "retry" },
    { direction: "to-telegram", ageMillis: 0, wait: 48 * 3600 + 1, kind: "give-up" },
    { direction: "to-telegram", ageMillis: 23 * hour, wait: 26 * 3600, kind: "give-up" },
    { direction: "to-amocrm", ageMillis: 0, wait: 264 * 3600, kind: "retry" },
    { direction: "to-amocrm", ageMillis: 0, wait: 264 * 3600 + 1, kind: "give-up" },
    { direction: "to-amocrm", ageMillis: 0, wait: 30 * 86_400, kind: "give-up" },
  ] as const)("$direction, $wait s at $ageMillis ms: $kind at once", (wish) => {
    expect(decide(wish.wait, wish.ageMillis, 1, wish.direction).kind).toBe(wish.kind);
  });
});
