import { describe, expect, test } from "@jest/globals";
import {
  createTelegramMessageOf,
  findInTelegram,
} from "../../../lambdas/conversation/message-lookup.ts";
import type { StepRecord } from "../../../lambdas/model/ledger.ts";
import type { MessageReference } from "../../../lambdas/model/message.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import { aFakeHistory, aHistoryMessage } from "../../support/fake-history.ts";

const conversationId = "tg-700-42";
const delivered: Readonly<Record<string, readonly StepRecord[]>> = {
  "amo:scope:operators": [
    { step: "send-file", outcome: "refused" },
    { step: "send-file", id: "101" },
  ],
};

const open = { conversationId, amojoChatId: "chat" };

const asking = (history: ReturnType<typeof aFakeHistory>) =>
  createTelegramMessageOf({
    ledger: { stepsOf: async (eventId) => delivered[eventId] ?? [] },
    history,
    hookIdOf: async (amocrmMessageId) => `amo:scope:${amocrmMessageId}`,
  });

const chat = [
  aHistoryMessage("operators", 3),
  aHistoryMessage("customers", 2, { msgid: `${conversationId}-7` }),
  aHistoryMessage("piece", 2, { msgid: `${conversationId}-7.3` }),
  aHistoryMessage("pressed", 1, { msgid: `${conversationId}-cb-123` }),
];

describe("the Telegram message behind amoCRM's id", () => {
  test("is the ledger's for an operator's message, without a call", async () => {
    const history = aFakeHistory({ chat });
    const telegramMessageOf = asking(history);

    expect(await telegramMessageOf("operators", open)).toBe("101");
    expect(history.read).toEqual([]);
  });

  test("is the msgid's in the chat's history for a customer's message", async () => {
    const telegramMessageOf = asking(aFakeHistory({ chat }));

    expect(await telegramMessageOf("customers", open)).toBe("7");
  });

  test("is the whole message for one of its pieces", async () => {
    const telegramMessageOf = asking(aFakeHistory({ chat }));

    expect(await telegramMessageOf("piece", open)).toBe("7");
  });

  test.each([
    { name: "a pressed button", history: aFakeHistory({ chat }), id: "pressed" },
    { name: "a message of another chat", history: aFakeHistory({ chat: [] }), id: "customers" },
    {
      name: "a message whose history fails temporarily",
      history: failing(new TransientFailure("down")),
    },
    {
      name: "a message whose history is refused",
      history: failing(new PermanentFailure("gave-up")),
    },
    {
      name: "a message of a chat that is not open",
      history: aFakeHistory({ chat }),
      known: { conversationId },
    },
  ])("is unknown for $name", async ({ history, id = "customers", known = open }) => {
    const telegramMessageOf = asking(history);

    expect(await telegramMessageOf(id, known)).toBeUndefined();
  });
});

describe("the Telegram message that an operator refers to", () => {
  test.each<{ name: string; reference: MessageReference; found: string | undefined }>([
    { name: "by the bridge's msgid", reference: { msgid: "tg-700-42-9" }, found: "9" },
    {
      name: "by the bridge's msgid, whatever amoCRM's id",
      reference: { msgid: "tg-700-42-9", amocrmMessageId: "operators" },
      found: "9",
    },
    { name: "by amoCRM's id", reference: { amocrmMessageId: "operators" }, found: "77" },
    {
      name: "by the msgid of another chat's message, and amoCRM's id",
      reference: { msgid: "tg-700-43-9", amocrmMessageId: "operators" },
      found: "77",
    },
    {
      name: "by the msgid of another chat's message alone",
      reference: { msgid: "tg-700-43-9" },
      found: undefined,
    },
    { name: "by no id", reference: {}, found: undefined },
  ])("$name is $found", async ({ reference, found }) => {
    const telegramMessageOf = async (id: string) => (id === "operators" ? "77" : undefined);

    expect(await findInTelegram(reference, conversationId, undefined, telegramMessageOf)).toBe(
      found,
    );
  });
});

function failing(error: Error) {
  return aFakeHistory({ chat: error });
}
