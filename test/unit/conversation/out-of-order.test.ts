import { describe, expect, test } from "@jest/globals";
import { MemoryDeliveryLedger } from "../../support/memory/ledger.ts";
import { isOutOfOrder } from "../../../lambdas/conversation/message-lookup.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import { SecretUnavailable } from "../../../lambdas/model/runtime.ts";
import { anOperatorEvent } from "../../support/events.ts";
import { aFakeHistory, aHistoryMessage } from "../../support/fake-history.ts";

const at = 1_700_000_000_000;
const late = anOperatorEvent({ amojoChatId: "c1", sentAtMillis: at });
const hookIdOf = (id: string) => `amo:scope:${id}`;
const claimOf = (id: string) =>
  ({
    id: hookIdOf(id),
    owner: "me",
    direction: "to-telegram",
    nowMillis: at,
    leaseUntilMillis: at + 65_000,
  }) as const;

/** The ledger after one message ended. Another is in progress, and a third was found missing. */
const aLedger = async () => {
  const ledger = new MemoryDeliveryLedger();
  for (const id of ["ended", "parked", "under-way"]) await ledger.claim(claimOf(id));
  await ledger.finish(hookIdOf("ended"), "me", { state: "sent" } as never);
  await ledger.park(hookIdOf("parked"), "me", { reason: "blocked", message: "{}" } as never);
  await ledger.rememberFound(hookIdOf("found"));
  return ledger;
};
const overtaken = async (messages: Parameters<typeof aFakeHistory>[0][string], event = late) =>
  isOutOfOrder(event, {
    history: aFakeHistory({ c1: messages }),
    ledger: await aLedger(),
    hookIdOf: async (amocrmMessageId) => hookIdOf(amocrmMessageId),
  });

describe("a late message", () => {
  test.each([
    { name: "a later one that was sent", id: "ended", after: 1, answer: true },
    { name: "a later one that was parked", id: "parked", after: 1, answer: true },
    { name: "a later one in progress", id: "under-way", after: 1, answer: false },
    { name: "a later one that was found missing, too", id: "found", after: 1, answer: false },
    { name: "a later one that is unknown", id: "never", after: 1, answer: false },
    { name: "one of the same time", id: "ended", after: 0, answer: false },
    { name: "an earlier one", id: "ended", after: -1, answer: false },
  ])("next to $name is out of order: $answer", async ({ id, after, answer }) => {
    expect(await overtaken([aHistoryMessage(id, at + after)])).toBe(answer);
  });

  test("is not out of order because of the customer's or the bot's messages", async () => {
    expect(await overtaken([aHistoryMessage("ended", at + 1, { msgid: "tg-700-42-5" })])).toBe(
      false,
    );
  });

  test("is out of order after any later message, not only the newest", async () => {
    const messages = [aHistoryMessage("never", at + 9), aHistoryMessage("ended", at + 1)];

    expect(await overtaken(messages)).toBe(true);
  });

  test.each([
    { name: "the chat", changes: { amojoChatId: undefined } },
    { name: "the conversation", changes: { conversationId: undefined } },
    { name: "the time", changes: { sentAtMillis: undefined } },
  ])("is shown with its time when $name is unknown", async ({ changes }) => {
    expect(await overtaken([], { ...late, ...changes })).toBe(true);
  });

  test.each([
    new TransientFailure("amoCRM answered 502"),
    new PermanentFailure("refused-by-amocrm"),
  ])("is shown with its time when the history is unreadable (%#)", async (error) => {
    expect(await overtaken(error)).toBe(true);
  });

  test("waits while the channel's secret is unavailable, because it cannot be sent either", async () => {
    await expect(overtaken(new SecretUnavailable("throttled"))).rejects.toThrow(SecretUnavailable);
  });

  test("does not hide an internal error", async () => {
    await expect(overtaken(new TypeError("oops"))).rejects.toThrow(TypeError);
  });
});
