import { describe, expect, test } from "@jest/globals";
import { MemoryCaretakerReports } from "../../support/memory/stores.ts";
import { createCaretaker } from "../../../lambdas/caretaker/caretaker.ts";
import type { Rounds } from "../../../lambdas/caretaker/caretaker.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

/** The first minute of an hour. */
const hourMillis = 472_222 * 3_600_000;

const care = async (
  minute: number,
  failing: readonly (keyof Rounds)[] = [],
  reports = new MemoryCaretakerReports(),
) => {
  const ran: string[] = [];
  const logger = aRecordingLogger();
  const round = (name: keyof Rounds) => async () => {
    ran.push(name);
    if (failing.includes(name)) throw new RangeError("with somebody's words");
  };
  const rounds: Rounds = {
    drainSpool: round("drainSpool"),
    reconcile: async (windowHours) => {
      await round("reconcile")();
      return { reconciledAtMillis: now(), foundLost: windowHours };
    },
    wideReconcile: round("wideReconcile"),
    checkWebhooks: round("checkWebhooks"),
    watchWebhook: async () => {
      await round("watchWebhook")();
      return { isWebhookOurs: true, pendingUpdates: 3 };
    },
    watchApiToken: async () => {
      await round("watchApiToken")();
      return { apiTokenExpiresAtMillis: undefined };
    },
    watchHosts: round("watchHosts"),
  };
  // The schedule is punctual to the minute, not to the second.
  const now = () => hourMillis + minute * 60_000 + 37_000;
  const [result] = await Promise.allSettled([createCaretaker({ rounds, reports, now, logger })()]);
  return { ran, logger, result, report: reports.report };
};
const all = ["drainSpool", "reconcile", "watchWebhook", "watchApiToken"] as const;

describe("when a bot answers until an operator is requested", () => {
  test("silent talks are ended every five minutes, separately from the reconcile", async () => {
    const ran: string[] = [];
    const nothing = async () => undefined;
    const rounds = {
      drainSpool: nothing,
      reconcile: nothing,
      wideReconcile: nothing,
      checkWebhooks: nothing,
      watchWebhook: nothing,
      watchApiToken: nothing,
    };
    const reports = new MemoryCaretakerReports();
    const logger = aRecordingLogger();
    for (let minute = 0; minute < 20; minute += 1) {
      const now = () => hourMillis + minute * 60_000;
      const closeSilent = async () => void ran.push(`minute ${minute}`);
      await createCaretaker({ rounds: { ...rounds, closeSilent }, reports, now, logger })();
    }

    expect(ran).toEqual(["minute 3", "minute 8", "minute 13", "minute 18"]);
    expect(logger.text()).not.toMatch(/reconcile closeSilent/);
  });

  test("the talks closed in amoCRM are checked every five minutes, hourly in the chats of a day", async () => {
    const ran: string[] = [];
    const nothing = async () => undefined;
    const others = {
      drainSpool: nothing,
      reconcile: nothing,
      wideReconcile: nothing,
      checkWebhooks: nothing,
      watchWebhook: nothing,
      watchApiToken: nothing,
    };
    for (let minute = 30; minute < 60; minute += 1) {
      const now = () => hourMillis + minute * 60_000;
      const closeEnded = async (hours: number) => void ran.push(`minute ${minute}: ${hours} h`);
      const rounds = { ...others, closeEnded };
      const reports = new MemoryCaretakerReports();
      await createCaretaker({ rounds, reports, now, logger: aRecordingLogger() })();
    }

    expect(ran).toEqual([
      "minute 34: 2 h",
      "minute 39: 2 h",
      "minute 44: 2 h",
      "minute 49: 2 h",
      "minute 54: 24 h",
      "minute 59: 2 h",
    ]);
  });
});

describe("the caretaker", () => {
  test.each([
    { minute: 0, rounds: all },
    { minute: 1, rounds: ["drainSpool", "checkWebhooks"] },
    { minute: 6, rounds: ["drainSpool", "checkWebhooks"] },
    // Once an hour, with rounds that take seconds: together they end within the function's time.
    { minute: 31, rounds: ["drainSpool", "checkWebhooks", "watchHosts"] },
    { minute: 2, rounds: ["drainSpool", "wideReconcile"] },
    { minute: 57, rounds: ["drainSpool", "wideReconcile"] },
    // The reconcile of a day alone takes most of a minute.
    { minute: 32, rounds: ["drainSpool", "reconcile"] },
    { minute: 4, rounds: ["drainSpool"] },
    { minute: 5, rounds: ["drainSpool", "reconcile"] },
    { minute: 59, rounds: ["drainSpool"] },
    { minute: 60, rounds: all },
    { minute: 115, rounds: ["drainSpool", "reconcile"] },
  ])("does $rounds in minute $minute", async ({ minute, rounds }) => {
    const { ran, result } = await care(minute);

    expect(ran).toEqual(rounds);
    expect(result).toMatchObject({ status: "fulfilled" });
  });

  test.each(all)(
    "does its other rounds when %s fails, and reports the failure",
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

  test("names every failed round", async () => {
    const { result } = await care(0, all);

    expect(result).toMatchObject({
      reason: { message: "failed: drainSpool, reconcile, watchWebhook, watchApiToken" },
    });
  });
});

describe("the caretaker's report", () => {
  test("has the run's time, the rounds' findings and the failed rounds", async () => {
    const { report } = await care(0, ["drainSpool"]);

    expect(report).toEqual({
      ranAtMillis: hourMillis + 37_000,
      failedRounds: ["drainSpool"],
      skippedRounds: [],
      reconciledAtMillis: hourMillis + 37_000,
      foundLost: 2,
      isWebhookOurs: true,
      pendingUpdates: 3,
    });
  });

  test("keeps findings of rounds that are not due now, and drops resolved ones", async () => {
    const reports = new MemoryCaretakerReports();
    reports.report = { isWebhookOurs: false, apiTokenExpiresAtMillis: 5, foundLost: 9 };

    const early = await care(1, [], reports);
    expect(early.report).toMatchObject({ isWebhookOurs: false, apiTokenExpiresAtMillis: 5 });
    const later = await care(60, [], reports);

    expect(later.report).toMatchObject({ isWebhookOurs: true, foundLost: 2, failedRounds: [] });
    expect(later.report).not.toHaveProperty("apiTokenExpiresAtMillis");
  });

  test("names a failed round until it succeeds, whatever other rounds are due meanwhile", async () => {
    let isDown = true;
    const reports = new MemoryCaretakerReports();
    const nothing = async () => undefined;
    const reconcile = async () => {
      if (isDown) throw new RangeError("down");
    };
    const idle = { drainSpool: nothing, wideReconcile: nothing, checkWebhooks: nothing };
    const hourly = { watchWebhook: nothing, watchApiToken: nothing };
    const logger = aRecordingLogger();
    const rounds = { ...idle, ...hourly, reconcile };
    const run = createCaretaker({ rounds, reports, now: () => hourMillis, logger });

    await run({ rounds: ["reconcile"] }).catch(() => undefined);
    await run({ rounds: ["drainSpool"] });
    expect(reports.report).toMatchObject({ failedRounds: ["reconcile"] });

    isDown = false;
    await run({ rounds: ["reconcile"] });
    expect(reports.report).toMatchObject({ failedRounds: [] });
  });

  test("makes the run fail after its rounds when it cannot be stored", async () => {
    const reports = new MemoryCaretakerReports();
    reports.merge = async () => {
      throw new RangeError("somebody's words");
    };

    const { ran, result, logger } = await care(0, [], reports);

    expect(ran).toEqual(all);
    expect(result).toMatchObject({ reason: { message: "failed: report" } });
    expect(logger.text()).not.toContain("words");
  });
});
