import { describe, expect, test } from "@jest/globals";
import { createOneTimeSchedule } from "../../../lambdas/caretaker/reconcile-schedule.ts";
import type { ReconcileSchedule } from "../../../lambdas/caretaker/reconcile-schedule.ts";
import { createWideReconcile } from "../../../lambdas/caretaker/wide-reconcile.ts";
import { SecretUnset } from "../../../lambdas/model/runtime.ts";
import { aClock } from "../../support/clock.ts";
import { aHistoryMessage } from "../../support/fake-history.ts";
import { aReconciliation, nowMillis, old } from "../../support/reconciliation.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

const minute = 60_000;

/** The caretaker's round over a test's request. Chats are reached as `reaches` allows. */
const aWideReconcile = ({ reaches = () => true }: { reaches?: (run: number) => boolean } = {}) => {
  const clock = aClock();
  const logger = aRecordingLogger();
  const begun = clock.now();
  let askedAtMillis: number | undefined;
  const runs: { readonly minute: number; readonly schedule: ReconcileSchedule }[] = [];
  const requests = {
    latest: async () => askedAtMillis,
    remove: async (untilMillis: number) => {
      if ((askedAtMillis ?? 0) <= untilMillis) askedAtMillis = undefined;
    },
  };
  const reconcile = async (schedule: ReconcileSchedule) => {
    runs.push({ minute: (clock.now() - begun) / minute, schedule });
    return { chats: 1, found: 0, reachedAll: reaches(runs.length), notRead: [], stopped: [] };
  };
  const start = () => createWideReconcile({ requests, reconcile, now: clock.now, logger });
  return {
    clock,
    logger,
    runs,
    start,
    ask: () => {
      askedAtMillis = clock.now();
    },
    isAsked: () => askedAtMillis !== undefined,
    minutes: () => runs.map((run) => run.minute),
    /** Every five minutes, like the caretaker. */
    every5: async (
      round: () => Promise<unknown>,
      times: number,
      before: () => void = () => undefined,
    ) => {
      for (let run = 0; run < times; run += 1) {
        before();
        await round();
        clock.advance(5 * minute);
      }
    },
  };
};

describe("a wide reconcile", () => {
  test("does not run without a request", async () => {
    const { start, every5, runs } = aWideReconcile();

    await every5(start(), 10);

    expect(runs).toEqual([]);
  });

  test("runs once, when the refused hook is old enough to be searched for", async () => {
    const { start, every5, ask, isAsked, minutes } = aWideReconcile();
    ask();

    await every5(start(), 10);

    expect(minutes()).toEqual([5]);
    expect(isAsked()).toBe(false);
  });

  test("continues until all chats are reached, and only then the request is deleted", async () => {
    const isAskedAt: boolean[] = [];
    const reconcile = aWideReconcile({
      reaches: (run) => {
        isAskedAt.push(reconcile.isAsked());
        return run === 3;
      },
    });
    reconcile.ask();

    await reconcile.every5(reconcile.start(), 10);

    expect(reconcile.minutes()).toEqual([5, 10, 15]);
    expect(isAskedAt).toEqual([true, true, true]);
    expect(reconcile.isAsked()).toBe(false);
    // The same schedule: the next run skips the chats that one run has reached.
    expect(new Set(reconcile.runs.map(({ schedule }) => schedule)).size).toBe(1);
  });

  test("starts again after a crash, because the request still exists", async () => {
    const reconcile = aWideReconcile({ reaches: (run) => run > 1 });
    reconcile.ask();
    await reconcile.every5(reconcile.start(), 2);

    await reconcile.every5(reconcile.start(), 10);

    expect(reconcile.minutes()).toEqual([5, 10]);
    expect(new Set(reconcile.runs.map(({ schedule }) => schedule)).size).toBe(2);
    expect(reconcile.isAsked()).toBe(false);
  });

  test("runs once more when a hook was refused after its start", async () => {
    const reconcile = aWideReconcile();
    reconcile.ask();
    const round = reconcile.start();
    await reconcile.every5(round, 1);
    reconcile.clock.advance(-minute);
    reconcile.ask();
    reconcile.clock.advance(minute);

    await reconcile.every5(round, 10);

    expect(reconcile.minutes()).toEqual([5, 20]);
    expect(reconcile.isAsked()).toBe(false);
  });

  test("is neither delayed nor run more than every quarter of an hour by continuous requests", async () => {
    const reconcile = aWideReconcile();

    await reconcile.every5(reconcile.start(), 13, reconcile.ask);

    expect(reconcile.minutes()).toEqual([5, 20, 35, 50]);
  });

  test("waits while no channel is connected, and keeps the request", async () => {
    const reconcile = aWideReconcile({
      reaches: (run) => {
        if (run === 1) throw new SecretUnset("a secret is not set");
        return true;
      },
    });
    reconcile.ask();

    await reconcile.every5(reconcile.start(), 10);

    expect(reconcile.minutes()).toEqual([5, 10]);
    expect(reconcile.isAsked()).toBe(false);
  });

  test("that never reaches all chats is given up after a day with an error", async () => {
    const reconcile = aWideReconcile({ reaches: () => false });
    reconcile.ask();

    await reconcile.every5(reconcile.start(), 300);

    expect(reconcile.isAsked()).toBe(false);
    expect(reconcile.logger.facts()).toContain("ReconcileUnfinished");
  });
});

describe("a run of it", () => {
  const readChat = { conversationId: "tg-700-1", amojoChatId: "c1", createdAtMillis: 0 };
  const busy = { conversationId: "tg-700-2", amojoChatId: "c2", createdAtMillis: 0 };

  test("reads chats that other runs have just read, finds lost hooks, and reaches all chats", async () => {
    const { run, queue } = aReconciliation(
      [readChat],
      { c1: [aHistoryMessage("lost", old)] },
      { schedule: createOneTimeSchedule() },
    );

    expect(await run()).toMatchObject({ chats: 1, found: 1, reachedAll: true });
    expect(queue.envelopes).toMatchObject([{ late: "reconciled" }]);
    expect(await run()).toMatchObject({ chats: 0, found: 0, reachedAll: true });
  });

  test("has not reached all chats when one cannot be compared now; the next run reads that one alone", async () => {
    const { run, settle, read } = aReconciliation(
      [readChat, busy],
      { c1: [], c2: [aHistoryMessage("waiting", old)] },
      { schedule: createOneTimeSchedule() },
    );
    await settle("waiting", "waiting");

    expect(await run()).toMatchObject({ chats: 2, reachedAll: false });
    read.length = 0;
    expect(await run()).toMatchObject({ chats: 1, reachedAll: false });
    expect(read).toEqual(["tg-700-2"]);
  });

  test("has not reached all chats when its time is over", async () => {
    const { run } = aReconciliation([readChat], {}, { schedule: createOneTimeSchedule() });

    const report = await run({
      sinceMillis: nowMillis - 3_600_000,
      connectedAtMillis: 0,
      deadlineMillis: nowMillis - 1,
    });

    expect(report).toMatchObject({ chats: 0, reachedAll: false });
  });
});
