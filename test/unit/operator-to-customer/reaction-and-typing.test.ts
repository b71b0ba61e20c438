import { describe, expect, test } from "@jest/globals";
import { operatorReaction, operatorTyping } from "../../../lambdas/operator-to-customer/answer.ts";
import type { OperatorReaction } from "../../../lambdas/model/message.ts";
import { someSettings } from "../../support/events.ts";

const nowMillis = 1_700_000_000_000;
const conversationId = "tg-700-42";
const chat = { conversationId, chatId: "42" };
const conversation = undefined;

type ReactionFacts = Parameters<typeof operatorReaction>[1];

const reactionWork = (
  changes: Partial<OperatorReaction> = {},
  facts: Partial<ReactionFacts> = {},
) => {
  const event = { kind: "reaction", conversationId, message: {}, emoji: "👍", ...changes } as const;
  const known = { chat, conversation, nowMillis, isLate: false, telegramMessageId: "9", ...facts };
  return operatorReaction(event, known, someSettings());
};

describe("an operator's reaction", () => {
  test("is set on the message, and skipped after a refusal: there is no status to report it with", () => {
    const to = { ...chat, where: {} };

    expect(reactionWork()).toEqual({
      kind: "steps",
      steps: [
        { name: "react", to, telegramMessageId: "9", emoji: "👍", inWords: "👍", skip: "refusal" },
      ],
    });
  });

  test("is removed when there is no emoji; there is no text for that", () => {
    const event = { kind: "reaction", conversationId, message: {} } as const;
    const facts = { chat, conversation, nowMillis, isLate: false, telegramMessageId: "9" };

    expect(operatorReaction(event, facts, someSettings())).toMatchObject({
      steps: [{ telegramMessageId: "9", emoji: undefined, inWords: "" }],
    });
  });

  test("to an unknown message names no message", () => {
    expect(reactionWork({}, { telegramMessageId: undefined })).toMatchObject({
      steps: [{ telegramMessageId: undefined, inWords: "👍" }],
    });
  });

  test.each([
    { name: "in the topic of its message", telegramMessageId: "12", topicId: "77" },
    {
      name: "in the customer's topic, when the message is unknown",
      telegramMessageId: undefined,
      topicId: "78",
    },
  ])("is $name", ({ telegramMessageId, topicId }) => {
    const known = { conversationId, topics: ["10:77", "20:78"] };

    expect(reactionWork({}, { conversation: known, telegramMessageId })).toMatchObject({
      steps: [{ to: { ...chat, where: { topicId } } }],
    });
  });

  test.each([
    { language: undefined, inWords: "[written 22:02 UTC] 👍" },
    { language: "ru", inWords: "[написано 22:02 UTC] 👍" },
  ] as const)("whose hook came late says in words when it was put: $inWords", (row) => {
    const { language, inWords } = row;
    const known = { conversationId, ...(language === undefined ? {} : { language }) };
    const sentAtMillis = nowMillis - 11 * 60_000;

    const work = reactionWork({ sentAtMillis }, { isLate: true, conversation: known });

    expect(work).toMatchObject({ steps: [{ telegramMessageId: "9", emoji: "👍", inWords }] });
  });
});

describe("an operator's typing", () => {
  const typingWork = (untilSeconds: number | undefined, chatId = "42") => {
    const event = { kind: "typing", conversationId } as const;
    const facts = { chat: { ...chat, chatId }, conversation, nowMillis };
    return operatorTyping(untilSeconds === undefined ? event : { ...event, untilSeconds }, facts);
  };
  const nowSeconds = nowMillis / 1000;

  test("is shown until it ends, and never blocks an answer", () => {
    const to = { ...chat, where: {} };

    expect(typingWork(nowSeconds + 1)).toEqual({
      kind: "steps",
      steps: [{ name: "show-typing", to, skip: "any-failure" }],
    });
  });

  test("is shown in the customer's topic", () => {
    const known = { conversationId, topics: ["10:77", "20:78"] };
    const event = { kind: "typing", conversationId, untilSeconds: nowSeconds + 1 } as const;

    expect(operatorTyping(event, { chat, conversation: known, nowMillis })).toMatchObject({
      steps: [{ to: { where: { topicId: "78" } } }],
    });
  });

  test.each([
    { name: "after its end", untilSeconds: nowSeconds },
    { name: "without an end time", untilSeconds: undefined },
  ])("is not shown $name", ({ untilSeconds }) => {
    expect(typingWork(untilSeconds)).toMatchObject({ kind: "ignore" });
  });
});
