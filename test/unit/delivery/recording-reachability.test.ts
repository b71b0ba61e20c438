import { describe, expect, test } from "@jest/globals";
import { MemoryConversationStore } from "../../support/memory/stores.ts";
import { recordingReachability, throwIfPaused } from "../../../lambdas/delivery/rate-limits.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import type { PermanentReason } from "../../../lambdas/model/failure.ts";
import { botId } from "../../support/events.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";

const nowMillis = 1_700_000_000_000;
const now = () => nowMillis;

/** The conversation's state after a failed call, and the error that was thrown. */
const remembered = async (error: Error, method: "sendText" | "sendTyping" = "sendText") => {
  const conversations = new MemoryConversationStore();
  await conversations.update("tg-700-42", { amojoChatId: "amojo-chat" });
  const failing = aFakeMessenger({ sends: [error], touches: [error] });
  const messenger = recordingReachability(failing, { conversations, botId, now });
  const thrown = await messenger[method]("42", "text").catch((reason: unknown) => reason);
  const { reachability, pausedUntilMillis } = (await conversations.find("tg-700-42")) ?? {};
  return { thrown, reachability, pausedUntilMillis };
};

describe("a messenger that records reachability", () => {
  test("passes calls and their results through", async () => {
    const conversations = new MemoryConversationStore();
    const fake = aFakeMessenger({ sends: ["77"] });
    const messenger = recordingReachability(fake, { conversations, botId, now });

    const id = await messenger.sendText("42", "text");
    await messenger.sendTyping("42");

    expect([id, fake.sent, fake.touched()]).toEqual(["77", [{ chatId: "42", text: "text" }], 1]);
    expect(await conversations.find("tg-700-42")).toBeUndefined();
  });

  test.each(["sendText", "sendTyping"] as const)("throws the error of %s", async (method) => {
    const error = new PermanentFailure("blocked");

    expect((await remembered(error, method)).thrown).toBe(error);
  });

  test.each([
    { reason: "blocked", reachability: "blocked" },
    { reason: "deactivated", reachability: "deactivated" },
    { reason: "chat-not-found", reachability: undefined },
    { reason: "write-first", reachability: undefined },
    { reason: "customer-is-bot", reachability: undefined },
    { reason: "customer-restricts", reachability: undefined },
    { reason: "bot-not-in-chat", reachability: undefined },
    { reason: "bot-has-no-right", reachability: undefined },
    { reason: "forbidden", reachability: undefined },
    { reason: "refused-by-telegram", reachability: undefined },
  ] as const)("remembers of a refusal for '$reason': $reach", async ({ reason, reachability }) => {
    const error = new PermanentFailure(reason satisfies PermanentReason);

    expect(await remembered(error)).toMatchObject({ reachability, pausedUntilMillis: undefined });
  });

  test.each(["sendText", "sendTyping"] as const)(
    "stores the end of a chat's rate limit in Telegram: %s",
    async (method) => {
      const error = new TransientFailure("429", { isLimit: true, retryAfterSeconds: 30 });

      expect(await remembered(error, method)).toMatchObject({
        pausedUntilMillis: nowMillis + 30_000,
        reachability: undefined,
      });
    },
  );

  test.each([
    new TransientFailure("Telegram answered 502", { retryAfterSeconds: 30 }),
    new TransientFailure("no answer: timeout", { ambiguous: true }),
    new TypeError("oops"),
  ])("stores nothing of any other failure (%#)", async (error) => {
    expect(await remembered(error)).toMatchObject({
      reachability: undefined,
      pausedUntilMillis: undefined,
    });
  });
});

describe("a chat with a rate limit in Telegram", () => {
  test("gets no call before a repeat either", async () => {
    const conversations = new MemoryConversationStore();
    await conversations.update("tg-700-42", { pausedUntilMillis: nowMillis + 30_000 });
    const fake = aFakeMessenger();
    const messenger = recordingReachability(fake, { conversations, botId, now });

    await expect(messenger.sendTyping("42")).rejects.toMatchObject({ retryAfterSeconds: 30 });

    expect(fake.touched()).toBe(0);
  });

  test.each([
    { until: nowMillis + 30_000, seconds: 30 },
    { until: nowMillis + 1, seconds: 1 },
  ])("gets no call for the rest of its wait, $seconds s", ({ until, seconds }) => {
    let thrown: unknown;
    try {
      throwIfPaused(until, nowMillis);
    } catch (error) {
      thrown = error;
    }

    expect(thrown).toMatchObject({
      name: "TransientFailure",
      retryAfterSeconds: seconds,
      isLimit: false,
      ambiguous: false,
    });
  });

  test.each([undefined, 0, nowMillis - 1, nowMillis])(
    "gets calls once the wait is over: %s",
    (until) => {
      expect(() => throwIfPaused(until, nowMillis)).not.toThrow();
    },
  );
});
