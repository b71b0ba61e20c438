import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { estimateSentAtMillis } from "../../../lambdas/customer-to-operator/message.ts";

const seconds = fc.integer({ min: 1_600_000_000, max: 2_000_000_000 });
const delays = fc.integer({ min: -5_000, max: 30 * 86_400_000 });

describe("the millisecond of a message", () => {
  test("is the start of its second when the message is accepted at once", () => {
    expect(estimateSentAtMillis(1_700_000_000, 1_700_000_000_000)).toBe(1_700_000_000_000);
  });

  test("is not before its second when the queue's clock is behind", () => {
    expect(estimateSentAtMillis(1_700_000_000, 1_699_999_990_000)).toBe(1_700_000_000_000);
  });

  test("is within the second of the source", () => {
    fc.assert(
      fc.property(seconds, delays, (second, delay) => {
        const sentAtMillis = estimateSentAtMillis(second, second * 1000 + delay);

        expect(Number.isInteger(sentAtMillis)).toBe(true);
        expect(Math.floor(sentAtMillis / 1000)).toBe(second);
      }),
    );
  });

  test("never decreases from one message of a chat to the next", () => {
    const steps = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 4000 })),
    );
    fc.assert(
      fc.property(seconds, delays, steps, (start, delay, later) => {
        let second = start;
        let acceptedAtMillis = start * 1000 + delay;
        let before = estimateSentAtMillis(second, acceptedAtMillis);
        for (const [secondsLater, acceptedLater] of later) {
          second += secondsLater;
          acceptedAtMillis += acceptedLater;
          const sentAtMillis = estimateSentAtMillis(second, acceptedAtMillis);
          expect(sentAtMillis).toBeGreaterThanOrEqual(before);
          before = sentAtMillis;
        }
      }),
    );
  });

  test("differs between messages of one second that are accepted 50 ms apart", () => {
    const times = [100, 150, 200, 250].map((delay) =>
      estimateSentAtMillis(1_700_000_000, 1_700_000_000_000 + delay),
    );

    expect(new Set(times).size).toBe(4);
  });
});
