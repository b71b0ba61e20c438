import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decideRetry } from "../../../lambdas/delivery/retry.ts";
import type { EventAge } from "../../../lambdas/delivery/retry.ts";
import { TransientFailure } from "../../../lambdas/model/failure.ts";

const hour = 3_600_000;
const acceptedAtMillis = 1_700_000_000_000;
const anEventAge = ({
  ageMillis = 0,
  ...changes
}: Partial<EventAge> & { ageMillis?: number } = {}): EventAge => ({
  direction: "to-telegram",
  attempts: 0,
  acceptedAtMillis,
  nowMillis: acceptedAtMillis + ageMillis,
  receiveCount: 1,
  random: 0.5,
  ...changes,
});
const failure = new TransientFailure("Telegram answered 500");
const tooMany = (retryAfterSeconds: number) => new TransientFailure("429", { retryAfterSeconds });

describe("the decision on another attempt", () => {
  test.each([1, 37, 7200])("follows a vendor's wait of %i s and counts no attempt", (wait) => {
    const decision = decideRetry(tooMany(wait), anEventAge({ attempts: 3, random: 0 }));

    expect(decision).toEqual({ kind: "retry", afterSeconds: wait, attempts: 3 });
  });

  test.each([
    { name: "the first failure", attempts: 0, ageMillis: 0, ceiling: 2 },
    { name: "the fourth failure", attempts: 3, ageMillis: 0, ceiling: 16 },
    { name: "many failures on the first day", attempts: 50, ageMillis: 23 * hour, ceiling: 300 },
    {
      name: "many failures after the first day",
      attempts: 50,
      ageMillis: 25 * hour,
      ceiling: 1800,
    },
  ])("waits at most $ceiling s after $name", ({ attempts, ageMillis, ceiling }) => {
    const age = anEventAge({
      direction: "to-amocrm",
      attempts,
      ageMillis,
      random: 0.999_999,
    });

    expect(decideRetry(failure, age)).toEqual({
      kind: "retry",
      afterSeconds: ceiling,
      attempts: attempts + 1,
    });
  });

  test("waits a random time over the whole range, and never zero", () => {
    fc.assert(
      fc.property(
        fc.nat(2000),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        (attempts, random) => {
          const decision = decideRetry(failure, anEventAge({ attempts, random }));

          expect(decision).toMatchObject({ kind: "retry", attempts: attempts + 1 });
          const afterSeconds = decision.kind === "retry" ? decision.afterSeconds : Number.NaN;
          expect(afterSeconds).toBeGreaterThanOrEqual(1);
          expect(afterSeconds).toBeLessThanOrEqual(300);
          expect(afterSeconds).toBeGreaterThanOrEqual(Math.min(300, 2 ** (attempts + 1)) * random);
        },
      ),
    );
  });

  test.each([
    {
      name: "to Telegram within 24 hours",
      direction: "to-telegram",
      ageMillis: 24 * hour,
      kind: "retry",
    },
    {
      name: "to Telegram after 24 hours",
      direction: "to-telegram",
      ageMillis: 24 * hour + 1,
      kind: "give-up",
    },
    {
      name: "to amoCRM after 24 hours",
      direction: "to-amocrm",
      ageMillis: 25 * hour,
      kind: "retry",
    },
    {
      name: "to amoCRM within 10 days",
      direction: "to-amocrm",
      ageMillis: 240 * hour,
      kind: "retry",
    },
    {
      name: "to amoCRM after 10 days",
      direction: "to-amocrm",
      ageMillis: 240 * hour + 1,
      kind: "give-up",
    },
  ] as const)("an event $name: $kind", ({ direction, ageMillis, kind }) => {
    expect(decideRetry(failure, anEventAge({ direction, ageMillis })).kind).toBe(kind);
  });

  test.each([
    { receiveCount: 899, kind: "retry" },
    { receiveCount: 900, kind: "give-up" },
    { receiveCount: 999, kind: "give-up" },
  ])("at receive $receiveCount of the queue: $kind", ({ receiveCount, kind }) => {
    expect(decideRetry(failure, anEventAge({ receiveCount })).kind).toBe(kind);
  });

  test("does not extend an old event's time for a vendor's wait", () => {
    expect(decideRetry(tooMany(5), anEventAge({ ageMillis: 25 * hour })).kind).toBe("give-up");
  });
});
