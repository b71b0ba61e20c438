import { describe, expect, test } from "@jest/globals";
import { createCaretaker } from "../../../lambdas/handlers/caretaker.ts";
import type { Rounds } from "../../../lambdas/handlers/caretaker.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

/** A minute that begins an hour. */
const hourMillis = 472_222 * 3_600_000;

const care = async (minute: number, failing: readonly (keyof Rounds)[] = []) => {
  const ran: string[] = [];
  const logger = aRecordingLogger();
  const round = (name: keyof Rounds) => async () => {
    ran.push(name);
    if (failing.includes(name)) throw new RangeError("with somebody's words");
  };
  const rounds: Rounds = {
    drainSpool: round("drainSpool"),
    reconcile: round("reconcile"),
    watchWebhook: round("watchWebhook"),
  };
  // The schedule is punctual to the minute, not to the second.
  const now = () => hourMillis + minute * 60_000 + 37_000;
  const [result] = await Promise.allSettled([createCaretaker({ rounds, now, logger })()]);
  return { ran, logger, result };
};
const all = ["drainSpool", "reconcile", "watchWebhook"] as const;

describe("where a bot answers until an operator is called", () => {
  test("silent talks are ended every five minutes, apart from the look into the histories", async () => {
    const ran: string[] = [];
    const nothing = async () => undefined;
    const rounds = { drainSpool: nothing, reconcile: nothing, watchWebhook: nothing };
    const logger = aRecordingLogger();
    for (let minute = 0; minute < 20; minute += 1) {
      const now = () => hourMillis + minute * 60_000;
      const closeSilent = async () => ran.push(`minute ${minute}`);
      await createCaretaker({ rounds: { ...rounds, closeSilent }, now, logger })();
    }

    expect(ran).toEqual(["minute 3", "minute 8", "minute 13", "minute 18"]);
    expect(logger.text()).not.toMatch(/reconcile closeSilent/);
  });
});

describe("the caretaker", () => {
  test.each([
    { minute: 0, rounds: all },
    { minute: 1, rounds: ["drainSpool"] },
    { minute: 4, rounds: ["drainSpool"] },
    { minute: 5, rounds: ["drainSpool", "reconcile"] },
    { minute: 59, rounds: ["drainSpool"] },
    { minute: 60, rounds: all },
    { minute: 115, rounds: ["drainSpool", "reconcile"] },
  ])("in minute $minute does $rounds", async ({ minute, rounds }) => {
    const { ran, result } = await care(minute);

    expect(ran).toEqual(rounds);
    expect(result).toMatchObject({ status: "fulfilled" });
  });

  test.each(all)(
    "does its other rounds although %s fails, and says that it did",
    async (failing) => {
      const { ran, logger, result } = await care(0, [failing]);

      expect(ran).toEqual(all);
      expect(result).toMatchObject({
        status: "rejected",
        reason: { message: `failed: ${failing}` },
      });
      expect(logger.lines).toMatchObject([
        { level: "error", fact: "RoundFailed", fields: { round: failing, reason: "RangeError" } },
        { level: "info", fact: "CaretakerRan", fields: { failed: failing } },
      ]);
      expect(logger.text()).not.toContain("words");
    },
  );

  test("names every round that failed", async () => {
    const { result } = await care(0, all);

    expect(result).toMatchObject({
      reason: { message: "failed: drainSpool, reconcile, watchWebhook" },
    });
  });
});
