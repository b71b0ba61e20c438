import { describe, expect, test } from "@jest/globals";
import { createPauses } from "../../../lambdas/delivery/rate-limits.ts";
import { createBotPace, createThrottle } from "../../../lambdas/delivery/throttle.ts";
import { aClock } from "../../support/clock.ts";
import { MemoryPauseStore } from "../../support/memory/stores.ts";

const aSlot = (slots: number) => {
  const clock = aClock();
  const waits: number[] = [];
  const sleep = async (millis: number) => {
    waits.push(millis);
    clock.advance(millis);
  };
  return { clock, waits, throttle: createThrottle(slots, { now: clock.now, sleep }) };
};

/** For events that waited because no slot was free, and for those that did not. */
const [behind, fresh] = [251, 250];

describe("the pace of one slot among others", () => {
  test("does not delay a message for another event's messages", async () => {
    const { waits, throttle } = aSlot(5);

    await throttle.turn();
    await throttle.end(fresh);
    await throttle.turn();

    expect(waits).toEqual([]);
  });

  test.each([
    { slots: 2, gapMillis: 69 },
    { slots: 6, gapMillis: 207 },
    { slots: 30, gapMillis: 1000 },
    { slots: 1000, gapMillis: 1000 },
  ])(
    "holds each of $slots slots for $gapMillis ms a message when events wait",
    async (expected) => {
      const { waits, throttle } = aSlot(expected.slots);

      await throttle.turn();
      await throttle.end(behind);

      expect(waits).toEqual([expected.gapMillis]);
    },
  );

  test("includes the work after a message", async () => {
    const { clock, waits, throttle } = aSlot(6);

    await throttle.turn();
    clock.advance(150);
    await throttle.end(behind);

    expect(waits).toEqual([57]);
  });

  test("holds nothing for an event that sends nothing", async () => {
    const { waits, throttle } = aSlot(6);

    await throttle.turn();
    await throttle.end(fresh);
    await throttle.end(behind);

    expect(waits).toEqual([]);
  });

  test("applies between the messages of one event", async () => {
    const { clock, waits, throttle } = aSlot(6);

    await throttle.turn();
    clock.advance(80);
    await throttle.turn();

    expect(waits).toEqual([127]);
  });

  test("holds a slot no longer than the gap when the clock is set back", async () => {
    const { clock, waits, throttle } = aSlot(6);

    await throttle.turn();
    clock.advance(-3_600_000);
    await throttle.end(behind);

    expect(waits).toEqual([207]);
  });

  test.each([1, 2, 3, 5, 6, 10, 15, 30])(
    "keeps %i late slots to 30 messages in any second, at any speed",
    async (slots) => {
      const sentAtMillis: number[] = [];
      for (let slot = 0; slot < slots; slot += 1) {
        const { clock, throttle } = aSlot(slots);
        const startedAtMillis = clock.now();
        while (clock.now() - startedAtMillis < 5000) {
          await throttle.turn();
          sentAtMillis.push(clock.now() - startedAtMillis);
          await throttle.end(behind);
        }
      }
      const within = (start: number) =>
        sentAtMillis.filter((at) => at >= start && at < start + 1000).length;

      expect(Math.max(...sentAtMillis.map(within))).toBeLessThanOrEqual(30);
    },
  );
});

describe("the pace of the bot's calls", () => {
  const aPace = (slots = 5) => {
    const { clock, waits, throttle } = aSlot(slots);
    const pauses = createPauses(new MemoryPauseStore(), clock.now);
    return { clock, waits, pauses, pace: createBotPace({ pauses, throttle, now: clock.now }) };
  };

  test("waits for its turn before a text, a file and a request of the bot", async () => {
    const { waits, pace } = aPace();

    await pace("sendMessage");
    await pace("sendDocument");
    await pace("sendPoll");

    expect(waits).toEqual([173, 173]);
  });

  test("counts neither a reaction nor a reachability check as a message", async () => {
    const { waits, pace } = aPace();

    await pace("sendMessage");
    await pace("setMessageReaction");
    await pace("sendChatAction");
    await pace("getChat");

    expect(waits).toEqual([]);
  });

  test("allows no call while the whole bot is paused, not even a greeting from the other queue", async () => {
    const { clock, pauses, pace } = aPace();
    for (const group of ["a", "b", "c"]) {
      const limitSign = { kind: "limit", atMillis: clock.now(), group } as const;
      await pauses.record("to-telegram", limitSign, 30_000);
    }

    await expect(pace("sendMessage")).rejects.toMatchObject({
      retryAfterSeconds: 30,
      isLimit: false,
    });
    clock.advance(30_000);
    await expect(pace("sendMessage")).resolves.toBeUndefined();
  });
});
