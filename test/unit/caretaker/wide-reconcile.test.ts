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

/** The caretaker's round over a request that tests make; chats are reached as `reaches` allows. */
const aWideLook = ({ reaches = () => true }: { reaches?: (run: number) => boolean } = {}) => {
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
    /** Every five minutes, as the caretaker does. */
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

describe("a wide look", () => {
  test("is not made without a request", async () => {
    const { start, every5, runs } = aWideLook();

    await every5(start(), 10);

    expect(runs).toEqual([]);
  });

  test("is made once, when what was refused is old enough to be looked for", async () => {
    const { start, every5, ask, isAsked, minutes } = aWideLook();
    ask();

    await every5(start(), 10);

    expect(minutes()).toEqual([5]);
    expect(isAsked()).toBe(false);
  });

  test("is gone on with until all are reached, and only then the request goes", async () => {
    const isAskedAt: boolean[] = [];
    const look = aWideLook({
      reaches: (run) => {
        isAskedAt.push(look.isAsked());
        return run === 3;
      },
    });
    look.ask();

    await look.every5(look.start(), 10);

    expect(look.minutes()).toEqual([5, 10, 15]);
    expect(isAskedAt).toEqual([true, true, true]);
    expect(look.isAsked()).toBe(false);
    // The same looks: whom one run has reached the next leaves out.
    expect(new Set(look.runs.map(({ schedule }) => schedule)).size).toBe(1);
  });

  test("begins anew after a crash, because the request still stands", async () => {
    const look = aWideLook({ reaches: (run) => run > 1 });
    look.ask();
    await look.every5(look.start(), 2);

    await look.every5(look.start(), 10);

    expect(look.minutes()).toEqual([5, 10]);
    expect(new Set(look.runs.map(({ schedule }) => schedule)).size).toBe(2);
    expect(look.isAsked()).toBe(false);
  });

  test("follows once more where something was refused after it had begun", async () => {
    const look = aWideLook();
    look.ask();
    const round = look.start();
    await look.every5(round, 1);
    look.clock.advance(-minute);
    look.ask();
    look.clock.advance(minute);

    await look.every5(round, 10);

    expect(look.minutes()).toEqual([5, 20]);
    expect(look.isAsked()).toBe(false);
  });

  test("is neither put off nor made more often than every quarter of an hour by requests without end", async () => {
    const look = aWideLook();

    await look.every5(look.start(), 13, look.ask);

    expect(look.minutes()).toEqual([5, 20, 35, 50]);
  });

  test("waits while no channel is connected, and keeps the request", async () => {
    const look = aWideLook({
      reaches: (run) => {
        if (run === 1) throw new SecretUnset("a secret is not set");
        return true;
      },
    });
    look.ask();

    await look.every5(look.start(), 10);

    expect(look.minutes()).toEqual([5, 10]);
    expect(look.isAsked()).toBe(false);
  });

  test("that never reaches all is given up after a day, aloud", async () => {
    const look = aWideLook({ reaches: () => false });
    look.ask();

    await look.every5(look.start(), 300);

    expect(look.isAsked()).toBe(false);
    expect(look.logger.facts()).toContain("ReconcileUnfinished");
  });
});

describe("a run of it", () => {
  const looked = { conversationId: "tg-700-1", amojoChatId: "c1", createdAtMillis: 0 };
  const busy = { conversationId: "tg-700-2", amojoChatId: "c2", createdAtMillis: 0 };

  test("looks at chats that others have just looked at, finds what is lost, and reaches all", async () => {
    const { run, queue } = aReconciliation(
      [looked],
      { c1: [aHistoryMessage("lost", old)] },
      { schedule: createOneTimeSchedule() },
    );

    expect(await run()).toMatchObject({ chats: 1, found: 1, reachedAll: true });
    expect(queue.envelopes).toMatchObject([{ late: "reconciled" }]);
    expect(await run()).toMatchObject({ chats: 0, found: 0, reachedAll: true });
  });

  test("has not reached all where a chat cannot be compared now; the next looks at that one alone", async () => {
    const { run, settle, read } = aReconciliation(
      [looked, busy],
      { c1: [], c2: [aHistoryMessage("waiting", old)] },
      { schedule: createOneTimeSchedule() },
    );
    await settle("waiting", "waiting");

    expect(await run()).toMatchObject({ chats: 2, reachedAll: false });
    read.length = 0;
    expect(await run()).toMatchObject({ chats: 1, reachedAll: false });
    expect(read).toEqual(["tg-700-2"]);
  });

  test("has not reached all where its time was over", async () => {
    const { run } = aReconciliation([looked], {}, { schedule: createOneTimeSchedule() });

    const report = await run({
      sinceMillis: nowMillis - 3_600_000,
      connectedAtMillis: 0,
      deadlineMillis: nowMillis - 1,
    });

    expect(report).toMatchObject({ chats: 0, reachedAll: false });
  });
});
