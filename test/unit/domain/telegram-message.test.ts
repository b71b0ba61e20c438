import { describe, expect, test } from "@jest/globals";
import { MemoryConversationStore } from "../../../lambdas/adapters/memory/memory-conversation-store.ts";
import { createTelegramMessageOf } from "../../../lambdas/domain/telegram-message.ts";
import type { StepRecord } from "../../../lambdas/model/ledger.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import { aFakeHistory, aHistoryMessage } from "../../support/fake-history.ts";

const conversationId = "tg-700-42";
const delivered: Readonly<Record<string, readonly StepRecord[]>> = {
  "amo:scope:operators": [
    { step: "send-file", outcome: "refused" },
    { step: "send-file", id: "101" },
  ],
};

const asking = async (history: ReturnType<typeof aFakeHistory>, isOpen = true) => {
  const conversations = new MemoryConversationStore();
  if (isOpen) await conversations.update(conversationId, { amojoChatId: "chat" });
  return createTelegramMessageOf({
    ledger: { stepsOf: async (eventId) => delivered[eventId] ?? [] },
    history,
    conversations,
    hookIdOf: async (amocrmMessageId) => `amo:scope:${amocrmMessageId}`,
  });
};

const chat = [
  aHistoryMessage("operators", 3),
  aHistoryMessage("customers", 2, { msgid: `${conversationId}-7` }),
  aHistoryMessage("piece", 2, { msgid: `${conversationId}-7.3` }),
  aHistoryMessage("pressed", 1, { msgid: `${conversationId}-cb-123` }),
];

describe("the Telegram message behind amoCRM's id", () => {
  test("of an operator's is what the ledger knows, without a call", async () => {
    const history = aFakeHistory({ chat });
    const telegramMessageOf = await asking(history);

    expect(await telegramMessageOf("operators", conversationId)).toBe("101");
    expect(history.read).toEqual([]);
  });

  test("of a customer's is what its msgid in the chat's history names", async () => {
    const telegramMessageOf = await asking(aFakeHistory({ chat }));

    expect(await telegramMessageOf("customers", conversationId)).toBe("7");
  });

  test("of a piece of a customer's is the message it is a piece of", async () => {
    const telegramMessageOf = await asking(aFakeHistory({ chat }));

    expect(await telegramMessageOf("piece", conversationId)).toBe("7");
  });

  test.each([
    { name: "a pressed button", history: aFakeHistory({ chat }), id: "pressed" },
    { name: "a message of another chat", history: aFakeHistory({ chat: [] }), id: "customers" },
    { name: "one whose history fails now", history: failing(new TransientFailure("down")) },
    { name: "one whose history is refused", history: failing(new PermanentFailure("gave-up")) },
    { name: "one of a chat that is not open", history: aFakeHistory({ chat }), isOpen: false },
  ])("of $name is not known", async ({ history, id = "customers", isOpen }) => {
    const telegramMessageOf = await asking(history, isOpen);

    expect(await telegramMessageOf(id, conversationId)).toBeUndefined();
  });
});

function failing(error: Error) {
  return aFakeHistory({ chat: error });
}
