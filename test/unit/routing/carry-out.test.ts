import { describe, expect, test } from "@jest/globals";
import type { Step } from "../../../lambdas/delivery/step.ts";
import { TransientFailure } from "../../../lambdas/model/failure.ts";
import { anEntry } from "../../support/events.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";
import { anAttemptAt, routingDependencies } from "../../support/routing-dependencies.ts";

const nowMillis = 1_700_000_000_000;
const conversationId = "tg-700-42";
const to = { conversationId, chatId: "42" };
const paused = { pausedUntilMillis: nowMillis + 60_000 };
const aText: Step = { name: "send-text", to, message: { text: "Hello" } };

const probing = async (step: Step, known = {}) => {
  const messenger = aFakeMessenger();
  const { conversations, probe } = routingDependencies({ messenger });
  await conversations.update(conversationId, known);
  const context = {
    entry: anEntry(),
    deadlineMillis: Number.MAX_SAFE_INTEGER,
    conversations: anAttemptAt(conversations),
    isFirst: true,
  };
  return { messenger, probed: probe(step, context) };
};

describe("before a message is repeated", () => {
  test("the bridge makes a harmless call to the chat, because Telegram has no idempotency key", async () => {
    const { messenger, probed } = await probing(aText);

    await probed;

    expect(messenger.touched()).toBe(1);
    expect(messenger.sent).toEqual([]);
  });

  test("the bridge makes no call while Telegram's wait for the chat lasts", async () => {
    const { messenger, probed } = await probing(aText, paused);

    await expect(probed).rejects.toMatchObject({ retryAfterSeconds: 60 });
    expect(messenger.touched()).toBe(0);
  });

  test("the bridge makes no call for a step without a chat", async () => {
    const status = { statusCode: 1 } as const;
    const { messenger, probed } = await probing({
      name: "report-status",
      conversationId,
      amocrmMessageId: "amojo-message",
      status,
    });

    await probed;

    expect(messenger.touched()).toBe(0);
  });
});

describe("a step of 'typing'", () => {
  const typing: Step = { name: "show-typing", to, skip: "any-failure" };

  test("is shown in its chat", async () => {
    const messenger = aFakeMessenger();

    expect(await routingDependencies({ messenger }).run(typing)).toEqual({});
    expect(messenger.touched()).toBe(1);
  });

  test("makes no call while Telegram's wait for the chat lasts", async () => {
    const messenger = aFakeMessenger();
    const { run, conversations } = routingDependencies({ messenger });
    await conversations.update(conversationId, paused);

    await expect(run(typing)).rejects.toBeInstanceOf(TransientFailure);
    expect(messenger.touched()).toBe(0);
  });
});

describe("a step that only stores", () => {
  test.each([
    {
      name: "forget-transcript",
      conversationId,
      changes: { unseenCount: 0 },
    },
    { name: "remember-language", conversationId, changes: { languageChosen: "ru" } },
    { name: "remember-reachability", conversationId, changes: { reachability: "blocked" } },
  ] as const)("'$name' writes what it says", async (step) => {
    const { run, conversations } = routingDependencies();

    expect(await run(step)).toEqual({});
    expect(await conversations.find(conversationId)).toMatchObject(step.changes);
  });

  test.each(["catch-up", "find-no-talk"] as const)("'%s' has nothing to do", async (name) => {
    expect(await routingDependencies().run({ name })).toEqual({});
  });
});
