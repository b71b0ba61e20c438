import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { estimateSentAtMillis } from "../../../lambdas/customer-to-operator/message.ts";

const seconds = fc.integer({ min: 1_600_000_000, max: 2_000_000_000 });
const delays = fc.integer({ min: -5_000, max: 30 * 86_400_000 });

describe("the millisecond of a message", () => {
  test("a message accepted at once gets the start of its second", () => {
    expect(estimateSentAtMillis(1_700_000_000, 1_700_000_000_000)).toBe(1_700_000_000_000);
  });

  test("a queue whose clock is behind does not push a message before its second", () => {
    expect(estimateSentAtMillis(1_700_000_000, 1_699_999_990_000)).toBe(1_700_000_000_000);
  });

  test("lies within the second that the source names", () => {
    fc.assert(
      fc.property(seconds, delays, (second, delay) => {
        const moment = estimateSentAtMillis(second, second * 1000 + delay);

        expect(Number.isInteger(moment)).toBe(true);
        expect(Math.floor(moment / 1000)).toBe(second);
      }),
    );
  });

  test("never falls from a message to the next one of its chat", () => {
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
          const moment = estimateSentAtMillis(second, acceptedAtMillis);
          expect(moment).toBeGreaterThanOrEqual(before);
          before = moment;
        }
      }),
    );
  });

  test("messages of one second accepted 50 ms apart keep distinct moments", () => {
    const moments = [100, 150, 200, 250].map((delay) =>
      estimateSentAtMillis(1_700_000_000, 1_700_000_000_000 + delay),
    );

    expect(new Set(moments).size).toBe(4);
  });
});
