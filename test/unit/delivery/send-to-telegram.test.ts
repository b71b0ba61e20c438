import { describe, expect, test } from "@jest/globals";
import { MemoryConversationStore } from "../../support/memory/stores.ts";
import type { AttemptConversations } from "../../../lambdas/delivery/attempt-conversations.ts";
import { throwIfChatPaused } from "../../../lambdas/delivery/send-to-telegram.ts";
import type { StepOf } from "../../../lambdas/delivery/step.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import { anEntry } from "../../support/events.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";
import { anAttemptAt, routingDependencies } from "../../support/routing-dependencies.ts";

const nowMillis = 1_700_000_000_000;
const conversationId = "tg-700-42";
const topicId = "77";
const to = { conversationId, chatId: "42", where: { topicId } };
const paused = { pausedUntilMillis: nowMillis + 60_000 };

describe("a message to Telegram", () => {
  const aText = (changes: Partial<StepOf<"send-text">> = {}): StepOf<"send-text"> => ({
    name: "send-text",
    to,
    message: { text: "Hello", options: { repliesTo: "7" } },
    ...changes,
  });

  test("is a text with its options, in the topic of its chat", async () => {
    const messenger = aFakeMessenger();

    expect(await routingDependencies({ messenger }).run(aText())).toEqual({ id: "101" });
    expect(messenger.sent).toEqual([
      { chatId: "42", text: "Hello", options: { topicId, repliesTo: "7" } },
    ]);
  });

  test("is the request of the team's bot when there is one", async () => {
    const messenger = aFakeMessenger();
    const message = { method: "sendPoll", payload: { text: "Which?" } };

    const result = await routingDependencies({ messenger }).run({
      name: "answer-as-bot",
      to,
      message,
    });

    expect(result).toEqual({ id: "101" });
    expect(messenger.sent).toEqual([{ chatId: "42", text: "Which?", as: "sendPoll" }]);
  });

  test("is recorded before it is sent, so that a crash does not lose it", async () => {
    const messenger = aFakeMessenger({ sends: [new TransientFailure("no answer")] });
    const { run, conversations } = routingDependencies({ messenger });

    await expect(run(aText({ remember: { phoneState: "asked" } }))).rejects.toThrow("no answer");

    expect(await conversations.find(conversationId)).toMatchObject({ phoneState: "asked" });
  });

  test("is neither sent nor recorded while Telegram's wait for the chat lasts", async () => {
    const messenger = aFakeMessenger();
    const { run, conversations } = routingDependencies({ messenger });
    await conversations.update(conversationId, paused);

    await expect(run(aText({ remember: { phoneState: "asked" } }))).rejects.toMatchObject({
      retryAfterSeconds: 60,
    });

    expect(messenger.sent).toEqual([]);
    expect(await conversations.find(conversationId)).not.toHaveProperty("phoneState");
  });
});

describe("an operator's reaction", () => {
  const aReaction = (changes: Partial<StepOf<"react">> = {}): StepOf<"react"> => ({
    name: "react",
    to,
    telegramMessageId: "9",
    emoji: "👍",
    inWords: "[written 22:02 UTC] 👍",
    ...changes,
  });
  const refusal = () => new PermanentFailure("refused-by-telegram");

  test.each(["👍", undefined])("is set on the message, and removed: %s", async (emoji) => {
    const messenger = aFakeMessenger();

    expect(await routingDependencies({ messenger }).run(aReaction({ emoji }))).toEqual({});
    expect([messenger.reacted, messenger.sent]).toEqual([[["9", emoji]], []]);
  });

  test("that Telegram refuses becomes a line under the message", async () => {
    const messenger = aFakeMessenger({ reactions: [refusal()] });

    expect(await routingDependencies({ messenger }).run(aReaction())).toEqual({ id: "101" });
    expect(messenger.sent).toEqual([
      { chatId: "42", text: "[written 22:02 UTC] 👍", options: { topicId, repliesTo: "9" } },
    ]);
  });

  test("to an unknown message becomes a line of its own", async () => {
    const messenger = aFakeMessenger();

    await routingDependencies({ messenger }).run(aReaction({ telegramMessageId: undefined }));

    expect(messenger.reacted).toEqual([]);
    expect(messenger.sent).toEqual([
      { chatId: "42", text: "[written 22:02 UTC] 👍", options: { topicId } },
    ]);
  });

  test.each([
    { name: "Telegram refuses", telegramMessageId: "9" },
    { name: "was put to an unknown message", telegramMessageId: undefined },
  ])("that $name is removed without a line", async ({ telegramMessageId }) => {
    const messenger = aFakeMessenger({ reactions: [refusal()] });
    const step = aReaction({ telegramMessageId, emoji: undefined, inWords: "" });

    expect(await routingDependencies({ messenger }).run(step)).toEqual({ outcome: "unchanged" });
    expect(messenger.sent).toEqual([]);
  });

  test.each([
    { name: "a customer who blocked the bot", error: new PermanentFailure("blocked") },
    { name: "Telegram when it is down", error: new TransientFailure("Telegram answered 502") },
  ])("fails for $name, without a line", async ({ error }) => {
    const messenger = aFakeMessenger({ reactions: [error] });

    await expect(routingDependencies({ messenger }).run(aReaction())).rejects.toBe(error);
    expect(messenger.sent).toEqual([]);
  });
});

describe("a chat with a rate limit in Telegram", () => {
  const now = () => nowMillis;
  const contextOf = (conversations: AttemptConversations, isFirst: boolean) => ({
    entry: anEntry(),
    deadlineMillis: Number.MAX_SAFE_INTEGER,
    conversations,
    isFirst,
  });
  /** An attempt has read the chat. Then Telegram asked for a wait. */
  const pausedSince = async () => {
    const store = new MemoryConversationStore();
    const conversations = anAttemptAt(store);
    await conversations.find(conversationId);
    await store.update(conversationId, paused);
    return conversations;
  };
  const waits = { name: "TransientFailure", retryAfterSeconds: 60, isLimit: false };

  test.each([true, false])("is known from the attempt's read (first step: %s)", async (isFirst) => {
    const store = new MemoryConversationStore();
    await store.update(conversationId, paused);

    const checked = throwIfChatPaused(to, contextOf(anAttemptAt(store), isFirst), now);

    await expect(checked).rejects.toMatchObject(waits);
  });

  test("gets no call from a later step when the wait began after the attempt's read", async () => {
    const conversations = await pausedSince();

    await expect(throwIfChatPaused(to, contextOf(conversations, false), now)).rejects.toMatchObject(
      waits,
    );
  });

  test("gets the first step's call, based on the attempt's recent read", async () => {
    const conversations = await pausedSince();

    await expect(
      throwIfChatPaused(to, contextOf(conversations, true), now),
    ).resolves.toBeUndefined();
  });

  test("gets calls again when the wait is over", async () => {
    const store = new MemoryConversationStore();
    await store.update(conversationId, { pausedUntilMillis: nowMillis });

    const context = contextOf(anAttemptAt(store), false);

    await expect(throwIfChatPaused(to, context, now)).resolves.toBeUndefined();
  });

  test("is that of the step, whatever the waits of other chats", async () => {
    const store = new MemoryConversationStore();
    await store.update("tg-700-43", paused);

    const context = contextOf(anAttemptAt(store), false);

    await expect(throwIfChatPaused(to, context, now)).resolves.toBeUndefined();
  });
});
