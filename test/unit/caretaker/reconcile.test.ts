import { describe, expect, test } from "@jest/globals";
import * as z from "zod/mini";
import { envelope } from "../../../lambdas/model/envelope.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import { aHistoryMessage } from "../../support/fake-history.ts";
import { textIn } from "../../support/packing.ts";
import { aReconciliation, manyMessages, nowMillis, old } from "../../support/reconciliation.ts";

const [minute, hour] = [60_000, 3_600_000];
const chat = { conversationId: "tg-700-42", amojoChatId: "c1", createdAtMillis: 0 };

describe("a lost hook", () => {
  test("is enqueued under the id and in the group that the hook would have had", async () => {
    const message = aHistoryMessage("m1", old);
    const { run, queue } = aReconciliation([chat], { c1: [message] });

    expect(await run()).toMatchObject({ chats: 1, found: 1 });

    const [found] = queue.envelopes;
    expect(z.parse(envelope, found)).toMatchObject({
      id: "amo:scope:m1",
      group: "tg-700-42",
      source: "amocrm",
      scopeId: "scope",
      verified: true,
      late: "reconciled",
    });
    expect(textIn(found)).toBe(message.hook);
  });

  test("is enqueued in order among others of the same time", async () => {
    // A history has the newest message first.
    const history = ["m2", "m1"].map((id) => aHistoryMessage(id, old));
    const { run, queue } = aReconciliation([chat], { c1: history });

    await run();

    expect(queue.envelopes.map(({ id }) => id)).toEqual(["amo:scope:m1", "amo:scope:m2"]);
  });

  test("is enqueued once, even before the sender has claimed it", async () => {
    const { run, queue } = aReconciliation([chat], { c1: [aHistoryMessage("m1", old)] });

    await run();
    const again = await run();

    expect(again).toMatchObject({ chats: 1, found: 0 });
    expect(queue.envelopes).toHaveLength(1);
  });

  test("is an error for a person; a run without one is not", async () => {
    const { run, logger } = aReconciliation([chat], { c1: [aHistoryMessage("m1", old)] });

    await run();
    await run();

    expect(logger.lines).toMatchObject([
      { level: "error", fact: "LostHooksFound", fields: { chats: 1, found: 1 } },
      { level: "info", fact: "Reconciled" },
    ]);
  });

  test("is searched for with the chat's current state, because a chat that is not open yet would count as read", async () => {
    const { run, read } = aReconciliation([chat], { c1: [aHistoryMessage("m1", old)] });

    expect(await run()).toMatchObject({ chats: 1, found: 1 });
    // The read includes its pause.
    expect(read).toEqual([chat.conversationId]);
  });

  test("is sent before the later hooks of its chat", async () => {
    const c1 = [3, 1, 2].map((index) => aHistoryMessage(`m${index}`, old + index));
    const { run, queue } = aReconciliation([chat], { c1 });

    await run();

    expect(queue.envelopes.map(({ id }) => id)).toEqual([1, 2, 3].map((i) => `amo:scope:m${i}`));
  });

  test("is searched for again when the queue refuses it", async () => {
    const c1 = [aHistoryMessage("m1", old)];
    const { run, queue } = aReconciliation([chat], { c1 }, { refusals: 1 });

    await expect(run()).rejects.toThrow("refused");
    await run();

    expect(queue.envelopes).toHaveLength(1);
  });
});

test("a run that fails ends the checks in progress and begins no more", async () => {
  const chats = Array.from({ length: 40 }, (_, index) => ({
    ...chat,
    conversationId: `tg-700-${index}`,
    amojoChatId: `c${index}`,
  }));
  const histories = Object.fromEntries(
    chats.map(({ amojoChatId }) => [amojoChatId, [aHistoryMessage(`of-${amojoChatId}`, old)]]),
  );
  const { run, queue, read } = aReconciliation(chats, histories, { refusals: 1 });

  await expect(run()).rejects.toThrow("refused");
  const begun = read.length;
  const enqueued = queue.envelopes.length;
  await new Promise(setImmediate);

  expect(begun).toBeGreaterThan(1);
  expect(begun).toBeLessThan(20);
  expect([read.length, queue.envelopes.length]).toEqual([begun, enqueued]);
});

describe("a message is not a lost hook", () => {
  const since = nowMillis - 2 * hour;

  test.each([
    { name: "three minutes old", sentAt: nowMillis - 3 * minute, found: 0 },
    { name: "older than that", sentAt: nowMillis - 3 * minute - 1, found: 1 },
    { name: "from the future", sentAt: nowMillis + hour, found: 0 },
    { name: "from before the window", sentAt: since, found: 0 },
    { name: "just inside the window", sentAt: since + 1, found: 1 },
    { name: "from before the connection", sentAt: old, connectedAt: old + minute, found: 0 },
    // The clocks of amoCRM and of the bridge may differ.
    { name: "slightly before it", sentAt: old, connectedAt: old + minute - 1, found: 1 },
    { name: "from before its conversation", sentAt: old, createdAt: old + minute, found: 0 },
    { name: "slightly before it began", sentAt: old, createdAt: old + minute - 1, found: 1 },
    { name: "ours", sentAt: old, msgid: "tg-700-42-5", found: 0 },
  ])("when it is $name: $found", async ({ sentAt, connectedAt = 0, createdAt, msgid, found }) => {
    const created = createdAt === undefined ? {} : { createdAtMillis: createdAt };
    const c1 = [aHistoryMessage("m1", sentAt, { msgid })];
    const { run } = aReconciliation([{ ...chat, ...created }], { c1 });
    const window = { sinceMillis: since, connectedAtMillis: connectedAt };

    expect(await run(window)).toMatchObject({ found });
  });

  test.each(["sent", "ignored", "parked"] as const)("when it is %s", async (state) => {
    const { run, queue, settle } = aReconciliation([chat], { c1: [aHistoryMessage("m1", old)] });
    await settle("m1", state);

    await run();

    expect(queue.envelopes).toEqual([]);
  });
});

describe("a chat", () => {
  test.each(["sending", "waiting"] as const)(
    "with a message that is %s has its next hooks in the queue, so it is skipped",
    async (state) => {
      const c1 = [aHistoryMessage("m1", old), aHistoryMessage("m2", old + 1)];
      const { run, queue, settle } = aReconciliation([chat], { c1 });
      await settle("m1", state);

      await run();

      expect(queue.envelopes).toEqual([]);
    },
  );

  test("that amoCRM has not opened is not read", async () => {
    const { run, history } = aReconciliation([{ conversationId: "tg-700-1" }], {});

    expect(await run()).toMatchObject({ chats: 1, found: 0 });
    expect(history.read).toEqual([]);
  });

  test("without a conversation is skipped", async () => {
    const { run, history, queue } = aReconciliation(
      [chat],
      { c1: [aHistoryMessage("m1", old)] },
      { alsoActive: ["tg-700-7"] },
    );

    expect(await run()).toMatchObject({ chats: 1, found: 1 });
    expect([history.read, queue.envelopes.length]).toEqual([["c1 0"], 1]);
  });

  test.each([
    new TransientFailure("amoCRM answered 502"),
    new PermanentFailure("refused-by-amocrm"),
  ])("with an unreadable history does not stop the others (%#)", async (error) => {
    const other = { ...chat, conversationId: "tg-700-7", amojoChatId: "c2" };
    const histories = { c1: error, c2: [aHistoryMessage("m2", old)] };
    const { run, queue, logger } = aReconciliation([chat, other], histories);

    await run();

    expect(queue.envelopes).toMatchObject([{ group: "tg-700-7" }]);
    expect(logger.facts()).toEqual(["HistoryNotRead", "LostHooksFound"]);
  });

  test("is read page by page up to the window's start, and no further", async () => {
    const c1 = [
      ...manyMessages("known", 120, old, "tg-700-42-5"),
      aHistoryMessage("m1", old - 130),
      ...manyMessages("before", 500, nowMillis - 3 * hour),
    ];
    const { run, history, queue } = aReconciliation([chat], { c1 });

    await run();

    expect(history.read).toEqual(["c1 0", "c1 1", "c1 2"]);
    expect(queue.envelopes).toMatchObject([{ id: "amo:scope:m1" }]);
  });

  test("with an incomplete page is read once, because it is the last page", async () => {
    const { run, history } = aReconciliation([chat], { c1: [aHistoryMessage("m1", old)] });

    await run();

    expect(history.read).toEqual(["c1 0"]);
  });

  test("without an end is read for twenty pages", async () => {
    const c1 = manyMessages("known", 2000, old, "tg-700-42-5");
    const { run, history } = aReconciliation([chat], { c1 });

    await run();

    expect(history.read).toHaveLength(20);
  });
});

describe("suspiciously many lost hooks", () => {
  test("in one chat stop that chat and no other, with an error", async () => {
    const other = { ...chat, conversationId: "tg-700-7", amojoChatId: "c2" };
    const { run, queue, logger } = aReconciliation([chat, other], {
      c1: manyMessages("m", 21, old),
      c2: manyMessages("n", 20, old),
    });

    expect(await run()).toMatchObject({ chats: 2, found: 20 });
    expect(new Set(queue.envelopes.map(({ group }) => group))).toEqual(new Set(["tg-700-7"]));
    expect(logger.lines[0]).toEqual({
      level: "error",
      fact: "ReconcileStopped",
      fields: { conversationId: "tg-700-42", found: 21 },
    });
  });

  test("in one run stop the run at two hundred, with an error", async () => {
    const chats = Array.from({ length: 30 }, (_, index) => ({
      ...chat,
      conversationId: `tg-700-${index}`,
      amojoChatId: `c${index}`,
    }));
    const histories = Object.fromEntries(
      chats.map(({ amojoChatId }) => [amojoChatId, manyMessages(amojoChatId, 20, old)]),
    );
    const { run, queue, logger } = aReconciliation(chats, histories);

    const report = await run();

    expect(report.found).toBe(200);
    // Those in progress when it stopped are counted, and no others.
    expect(report.chats).toBeLessThanOrEqual(15);
    expect(queue.envelopes).toHaveLength(200);
    expect(logger.lines).toMatchObject([
      { level: "error", fact: "ReconcileStopped" },
      { level: "error", fact: "LostHooksFound" },
    ]);
  });
});
