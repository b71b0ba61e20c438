import { describe, expect, test } from "@jest/globals";
import { MemoryDeliveryLedger } from "../../support/memory/ledger.ts";
import { createSentMessages } from "../../../lambdas/conversation/message-lookup.ts";
import { TransientFailure } from "../../../lambdas/model/failure.ts";
import type { CrmHistory } from "../../../lambdas/model/crm.ts";
import { sentTexts } from "../../support/events.ts";
import { aFakeHistory, aHistoryMessage } from "../../support/fake-history.ts";

const chat = { conversationId: "tg-700-42", amojoChatId: "amojo-chat" };
const history = aFakeHistory({
  "amojo-chat": [
    aHistoryMessage("short", 3),
    aHistoryMessage("the customer's", 2, { msgid: "tg-700-42-99" }),
    aHistoryMessage("long", 1),
  ],
});

/** A chat in which one message became one in Telegram and another became three. */
const aChat = async (known: CrmHistory = history) => {
  const ledger = new MemoryDeliveryLedger();
  for (const [id, messages] of Object.entries({ long: ["9", "10", "12"], short: ["100"] })) {
    const request = { id: `amo:${id}`, owner: "me", direction: "to-telegram" } as const;
    await ledger.claim({ ...request, nowMillis: 0, leaseUntilMillis: 1000 });
    await ledger.commitSteps(request.id, "me", sentTexts(...messages));
  }
  const hookIdOf = async (id: string) => `amo:${id}`;
  return createSentMessages({ history: known, ledger, hookIdOf });
};

describe("an operator's message in Telegram", () => {
  test.each([
    { id: "9", is: "long" },
    { id: "12", is: "long" },
    { id: "100", is: "short" },
    { id: "11", is: undefined },
  ])("$id is part of $is", async ({ id, is }) => {
    expect(await (await aChat()).amocrmMessageOf(chat, id)).toBe(is);
  });

  test("is unknown in a chat that amoCRM does not know", async () => {
    const unopened = { conversationId: "tg-700-43" };

    expect(await (await aChat()).amocrmMessageOf(unopened, "9")).toBeUndefined();
    expect(await (await aChat()).amocrmMessageOf(undefined, "9")).toBeUndefined();
  });

  test("is not found while the history is unreadable, and no retry waits for it", async () => {
    const page = () => Promise.reject(new TransientFailure("amoCRM answered 502"));

    expect(await (await aChat({ page })).amocrmMessageOf(chat, "9")).toBeUndefined();
  });
});
