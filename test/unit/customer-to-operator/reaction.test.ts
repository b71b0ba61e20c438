import { describe, expect, test } from "@jest/globals";
import { customerReaction } from "../../../lambdas/customer-to-operator/reaction.ts";
import { estimateSentAtMillis } from "../../../lambdas/customer-to-operator/message.ts";
import type { StepOf } from "../../../lambdas/delivery/step.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import type { CustomerReaction } from "../../../lambdas/model/message.ts";
import { aFakeCrm } from "../../support/fake-crm.ts";
import { routingDependencies } from "../../support/routing-dependencies.ts";
import { sentMessages } from "../../support/sent-messages.ts";

const aReaction = (changes: Partial<CustomerReaction> = {}): CustomerReaction => ({
  kind: "reaction",
  conversationId: "tg-700-42",
  chatId: "42",
  customer: { id: "tg-42", name: "Anna", language: "en" },
  telegramMessageId: "9",
  updateId: 90_001,
  atSeconds: 1_700_000_000,
  added: [],
  removed: [],
  ...changes,
});

describe("a customer's reaction", () => {
  test("is sent change by change: first the removed reactions, then the added ones", () => {
    const event = aReaction({ removed: ["👍"], added: ["❤", "🔥"] });

    const work = customerReaction(event, 1_700_000_000_500);

    const sentAtMillis = estimateSentAtMillis(1_700_000_000, 1_700_000_000_500);
    const shown = { name: "show-reaction", event, sentAtMillis };
    expect(work).toEqual({
      kind: "steps",
      steps: [
        { ...shown, change: { type: "unreact", emoji: "👍" }, index: 0 },
        { ...shown, change: { type: "react", emoji: "❤" }, index: 1 },
        { ...shown, change: { type: "react", emoji: "🔥" }, index: 2 },
      ],
    });
  });

  test("without a change is ignored", () => {
    expect(customerReaction(aReaction(), 1_700_000_000_500)).toEqual({
      kind: "ignore",
      reason: "the same reactions as before",
    });
  });
});

describe("a customer's reaction in amoCRM", () => {
  type Change = StepOf<"show-reaction">["change"];
  /** Shows one change of a reaction. */
  const shown = async (
    change: Change,
    { crm = aFakeCrm(), known = {} as Record<string, string>, index = 0, updateId = 90_001 } = {},
  ) => {
    const opened: unknown[] = [];
    const deps = routingDependencies({
      crm,
      sentMessages: sentMessages(known),
      openConversation: async ({ conversationId, sentAtSeconds }) => {
        opened.push([conversationId, sentAtSeconds]);
        return { amojoChatId: "amojo-chat" };
      },
    });
    const event = aReaction({ updateId });
    const sentAtMillis = 1_700_000_000_500;
    const result = await deps.run({ name: "show-reaction", event, change, index, sentAtMillis });
    return { crm, opened, result };
  };

  test.each([
    { type: "react", emoji: "❤" },
    { type: "unreact", emoji: "👍" },
  ] as const)("is the customer's, at the message by our name of it: $type", async (change) => {
    const { crm, opened, result } = await shown(change);

    const { conversationId, customer } = aReaction();
    const message = { msgid: "tg-700-42-9" };
    expect(crm.calls).toEqual([
      { method: "react", reaction: { conversationId, customer, message, ...change } },
    ]);
    expect(opened).toEqual([["tg-700-42", 1_700_000_000]]);
    expect(result).toEqual({});
  });

  test("to an operator's message names it by amoCRM's id", async () => {
    const { crm } = await shown({ type: "react", emoji: "👍" }, { known: { "9": "amojo-9" } });

    expect(crm.calls).toMatchObject([{ reaction: { message: { amocrmMessageId: "amojo-9" } } }]);
  });

  test("that amoCRM refuses is shown as a text, without a notification", async () => {
    const crm = aFakeCrm({ reactions: [new PermanentFailure("refused-by-amocrm")] });

    const { result } = await shown({ type: "react", emoji: "👍" }, { crm, index: 2 });

    expect(crm.messages()).toMatchObject([
      {
        content: { text: "[reaction] 👍" },
        from: "customer",
        sentAtMillis: 1_700_000_000_500,
        silent: true,
        msgid: "tg-700-42-9-react-90001-2",
      },
    ]);
    expect(result).toEqual({ id: "amojo-1" });
  });

  test("of the same kind and second in another update is another text", async () => {
    const crm = aFakeCrm({
      reactions: [
        new PermanentFailure("refused-by-amocrm"),
        new PermanentFailure("refused-by-amocrm"),
      ],
    });

    await shown({ type: "unreact", emoji: "👍" }, { crm });
    await shown({ type: "unreact", emoji: "❤" }, { crm, updateId: 90_002 });

    expect(crm.messages().map(({ msgid }) => msgid)).toEqual([
      "tg-700-42-9-unreact-90001-0",
      "tg-700-42-9-unreact-90002-0",
    ]);
  });

  test("that amoCRM refuses temporarily is not shown as a text", async () => {
    const down = new TransientFailure("amoCRM answered 502");
    const crm = aFakeCrm({ reactions: [down] });

    await expect(shown({ type: "react", emoji: "👍" }, { crm })).rejects.toBe(down);

    expect(crm.messages()).toEqual([]);
  });

  test("without a standard emoji is named by a word", async () => {
    const { crm } = await shown({ type: "unreact", emoji: "[custom_emoji]" });

    expect(crm.messages()).toMatchObject([
      { content: { text: "[reaction taken back] [custom_emoji]" } },
    ]);
  });
});
