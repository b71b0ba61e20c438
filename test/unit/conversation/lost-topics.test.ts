import { Readable } from "node:stream";
import { describe, expect, test } from "@jest/globals";
import { MemoryConversationStore } from "../../support/memory/stores.ts";
import { withLostTopics } from "../../../lambdas/conversation/topics.ts";
import { PermanentFailure } from "../../../lambdas/model/failure.ts";
import { botId } from "../../support/events.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

const gone = () => new PermanentFailure("refused-by-telegram", "gone", { blames: "topic" });
const topicId = "77";

const aBench = async (script: Parameters<typeof aFakeMessenger>[0]) => {
  const conversations = new MemoryConversationStore();
  await conversations.update("tg-700-42", { topics: ["1:78", "5:77"] });
  const fake = aFakeMessenger(script);
  const logger = aRecordingLogger();
  const messenger = withLostTopics(fake, { conversations, botId, logger });
  const topics = async () => (await conversations.find("tg-700-42"))?.topics;
  return { messenger, fake, lines: logger.lines, topics };
};

describe("a messenger for chats whose topics disappear", () => {
  test("sends a text once more without the topic, forgets the topic and logs it", async () => {
    const { messenger, fake, lines, topics } = await aBench({ sends: [gone(), "101"] });

    const id = await messenger.sendText("42", "Hello", { topicId, repliesTo: "3" });

    expect([id, fake.sent.map(({ options }) => options)]).toEqual([
      "101",
      [{ topicId, repliesTo: "3" }, { repliesTo: "3" }],
    ]);
    expect(await topics()).toEqual(["1:78", "5:"]);
    expect(lines).toMatchObject([
      { level: "warn", fact: "TopicGone", fields: { conversationId: "tg-700-42", topicId } },
    ]);
  });

  test("handles the team bot's messages and reachability checks in the same way", async () => {
    const { messenger, fake } = await aBench({
      sends: [gone(), "101"],
      touches: [gone(), undefined],
    });

    await messenger.request("42", "sendDice", {}, { topicId });
    await messenger.sendTyping("42", { topicId });

    expect([fake.sent.length, fake.touched()]).toEqual([2, 2]);
  });

  test("leaves the repeat of a file to the caller, and forgets the topic", async () => {
    const { messenger, fake, topics } = await aBench({ sends: [gone()] });
    const body = Readable.from([Buffer.from("bytes")]);
    const file = { body, sizeBytes: 5, contentType: "application/pdf" };
    const outgoing = { as: "document", fileName: "a.pdf", file } as const;

    await expect(messenger.sendFile("42", outgoing, { topicId })).rejects.toMatchObject({
      blames: "topic",
    });
    expect([fake.sent.length, await topics()]).toEqual([1, ["1:78", "5:"]]);
  });

  test.each([
    { name: "a second refusal", sends: [gone(), gone()] as const, options: { topicId } },
    { name: "a refusal of a call without a topic", sends: [gone()] as const, options: {} },
    {
      name: "any other refusal",
      sends: [new PermanentFailure("blocked")] as const,
      options: { topicId },
    },
  ])("throws $name", async ({ sends, options }) => {
    const { messenger, fake } = await aBench({ sends });

    await expect(messenger.sendText("42", "Hello", options)).rejects.toBe(sends.at(-1));
    expect(fake.sent).toHaveLength(sends.length);
  });
});
