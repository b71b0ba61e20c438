import { describe, expect, test } from "@jest/globals";
import { createReconcileSchedule } from "../../../lambdas/caretaker/reconcile-schedule.ts";
import { TransientFailure } from "../../../lambdas/model/failure.ts";
import { aHistoryMessage } from "../../support/fake-history.ts";
import { aReconciliation, nowMillis, old } from "../../support/reconciliation.ts";

const hour = 3_600_000;
const chat = { conversationId: "tg-700-42", amojoChatId: "c1", createdAtMillis: 0 };

describe("a chat that was reconciled", () => {
  const remembering = (histories: Parameters<typeof aReconciliation>[1]) =>
    aReconciliation([chat], histories, { schedule: createReconcileSchedule() });

  test("is not read again before it is due", async () => {
    const { run, history, read } = remembering({ c1: [aHistoryMessage("m1", old)] });

    await run();

    expect(await run()).toMatchObject({ chats: 0, found: 0 });
    expect([read, history.read]).toEqual([["tg-700-42"], ["c1 0"]]);
  });

  test("stays due when its history was unreadable", async () => {
    const { run, history } = remembering({ c1: new TransientFailure("amoCRM answered 502") });

    await run();
    await run();

    expect(history.read).toEqual(["c1 0", "c1 0"]);
  });

  test("stays due when one of its messages was in progress", async () => {
    const { run, history, settle } = remembering({ c1: [aHistoryMessage("m1", old)] });
    await settle("m1", "waiting");

    await run();
    await run();

    expect(history.read).toEqual(["c1 0", "c1 0"]);
  });
});

test("a run without time logs this, and the next run starts with the chats it did not reach", async () => {
  const chats = Array.from({ length: 8 }, (_, index) => ({
    ...chat,
    conversationId: `tg-700-${index}`,
    amojoChatId: `c${index}`,
  }));
  const histories = Object.fromEntries(chats.map(({ amojoChatId }) => [amojoChatId, []]));
  const { run, history, logger } = aReconciliation(chats, histories, {
    schedule: createReconcileSchedule(),
  });
  const window = { sinceMillis: nowMillis - 2 * hour, connectedAtMillis: 0 };

  await run({ ...window, deadlineMillis: nowMillis - 1 });
  await run({ ...window, deadlineMillis: nowMillis + 1 });
  await run({ ...window, deadlineMillis: nowMillis + 1 });

  expect(logger.facts()).toEqual(["ReconcileUnfinished", "Reconciled", "Reconciled", "Reconciled"]);
  expect(history.read.toSorted()).toEqual(chats.map(({ amojoChatId }) => `${amojoChatId} 0`));
});
