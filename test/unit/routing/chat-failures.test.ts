import { Readable } from "node:stream";
import { describe, expect, test } from "@jest/globals";
import { throwIfPaused } from "../../../lambdas/delivery/rate-limits.ts";
import type { Step } from "../../../lambdas/delivery/step.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import type { PermanentReason } from "../../../lambdas/model/failure.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";
import { anAttemptAt, routingDependencies } from "../../support/routing-dependencies.ts";
import { anEntry } from "../../support/events.ts";

const nowMillis = 1_700_000_000_000;
const conversationId = "tg-700-42";
const to = { conversationId, chatId: "42" };
const aText: Step = { name: "send-text", to, message: { text: "Hello" } };
const typing: Step = { name: "show-typing", to };

/** The conversation's state after a failed step, and the error that was thrown. */
const remembered = async (error: Error, step: Step = aText) => {
  const messenger = aFakeMessenger({ sends: [error], touches: [error] });
  const { run, conversations } = routingDependencies({ messenger });
  await conversations.update(conversationId, { amojoChatId: "amojo-chat" });
  const thrown = await run(step).catch((reason: unknown) => reason);
  const { reachability, pausedUntilMillis } = (await conversations.find(conversationId)) ?? {};
  return { thrown, reachability, pausedUntilMillis };
};

describe("a chat to which a call failed", () => {
  test("has no news after a success", async () => {
    const { run, conversations } = routingDependencies();

    await run(aText);
    await run(typing);

    expect(await conversations.find(conversationId)).toBeUndefined();
  });

  test.each([aText, typing])("does not hide the error of '$name'", async (step) => {
    const error = new PermanentFailure("blocked");

    expect((await remembered(error, step)).thrown).toBe(error);
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

  test.each([aText, typing])(
    "stores the end of a chat's rate limit in Telegram: '$name'",
    async (step) => {
      const error = new TransientFailure("429", { isLimit: true, retryAfterSeconds: 30 });

      expect(await remembered(error, step)).toMatchObject({
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
  test("gets no call before a repeat either, also when the pause began after the attempt's read", async () => {
    const messenger = aFakeMessenger();
    const { probe, conversations } = routingDependencies({ messenger });
    const attempt = anAttemptAt(conversations);
    await attempt.find(conversationId);
    await conversations.update(conversationId, { pausedUntilMillis: nowMillis + 30_000 });
    const context = { entry: anEntry(), deadlineMillis: Infinity, conversations: attempt };

    await expect(probe(aText, { ...context, isFirst: true })).rejects.toMatchObject({
      retryAfterSeconds: 30,
    });

    expect(messenger.touched()).toBe(0);
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

describe("a chat whose topic disappears", () => {
  const gone = () => new PermanentFailure("refused-by-telegram", "gone", { blames: "topic" });
  const topicId = "77";
  const inTopic = { ...to, where: { topicId } };
  const aBench = async (script: Parameters<typeof aFakeMessenger>[0]) => {
    const messenger = aFakeMessenger(script);
    const logger = aRecordingLogger();
    const { run, conversations } = routingDependencies({ messenger, logger });
    await conversations.update(conversationId, { topics: ["1:78", "5:77"] });
    const topics = async () => (await conversations.find(conversationId))?.topics;
    return { run, messenger, lines: logger.lines, topics };
  };

  test("gets a text once more without the topic; the bridge forgets the topic and logs it", async () => {
    const { run, messenger, lines, topics } = await aBench({ sends: [gone(), "101"] });

    const message = { text: "Hello", options: { repliesTo: "3" } };
    const done = await run({ name: "send-text", to: inTopic, message });

    expect([done, messenger.sent.map(({ options }) => options)]).toEqual([
      { id: "101" },
      [{ topicId, repliesTo: "3" }, { repliesTo: "3" }],
    ]);
    expect(await topics()).toEqual(["1:78", "5:"]);
    expect(lines).toMatchObject([
      { level: "warn", fact: "TopicGone", fields: { conversationId, topicId } },
    ]);
  });

  test("gets the team bot's messages and the typing sign in the same way", async () => {
    const script = { sends: [gone(), "101"], touches: [gone(), undefined] } as const;
    const { run, messenger } = await aBench(script);

    const message = { method: "sendDice", payload: {} };
    await run({ name: "answer-as-bot", to: inTopic, message });
    await run({ name: "show-typing", to: inTopic });

    expect([messenger.sent.length, messenger.touched()]).toEqual([2, 2]);
  });

  test("gets a file once more, with all its bytes", async () => {
    const messenger = aFakeMessenger({ sends: [gone(), "101"] });
    const open = async () => ({
      body: Readable.from([Buffer.from("bytes")]),
      sizeBytes: 5,
      contentType: "application/pdf",
    });
    const { run } = routingDependencies({ messenger, operatorFiles: { open } });

    const media = { kind: "file", source: "https://files.example/a.pdf" } as const;
    const file = { media, way: "as-itself", caption: "", linkText: "", options: {} } as const;
    const done = await run({ name: "send-file", to: inTopic, ...file });

    expect([done, messenger.sent.map(({ bytes, options }) => [bytes, options])]).toEqual([
      { id: "101" },
      [
        ["bytes", { topicId }],
        ["bytes", {}],
      ],
    ]);
  });

  test.each([
    { name: "a second refusal", sends: [gone(), gone()] as const, at: inTopic },
    { name: "a refusal of a call without a topic", sends: [gone()] as const, at: to },
    { name: "any other refusal", sends: [new PermanentFailure("blocked")] as const, at: inTopic },
  ])("has $name thrown", async ({ sends, at }) => {
    const { run, messenger } = await aBench({ sends });

    await expect(run({ ...aText, to: at } as Step)).rejects.toBe(sends.at(-1));
    expect(messenger.sent).toHaveLength(sends.length);
  });
});
