import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { conversationOf, eventually, shown, useBridge } from "./bridge.ts";
import { files, operatorAttaches, operatorSends } from "./operator.ts";

const bridge = useBridge();

const anna = (id: number) => ({ id, first_name: "Anna", language_code: "en" });
const wrote = async (id: number, text: string, topic?: number) => {
  const thread = topic === undefined ? {} : { message_thread_id: topic, is_topic_message: true };
  const { messageId } = await bridge.telegram.customer.send(anna(id), { text, ...thread });
  return shown(bridge, id, messageId);
};
const sentTo = (id: number) =>
  bridge.telegram.messages().filter((message) => message.chatId === id);

describe("topics of a private chat, through the shipped bundles", () => {
  test("topic-in-private-chat: the answer stays in it", async () => {
    const file = new URL("../fixtures/field/topic-in-private-chat.json", import.meta.url);
    const update = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;

    await bridge.telegram.sendUpdate(update);
    await shown(bridge, 1011, 11);
    const { status, messages } = await operatorSends(bridge, 1011, { text: "On its way" });

    expect(status).toMatchObject({ status: 1 });
    expect(messages).toMatchObject([{ text: "On its way", topic: 77 }]);
  });

  test("apply to files, texts of several messages, buttons and the greeting", async () => {
    await wrote(81, "/start", 77);
    await eventually("the greeting", () => sentTo(81).length > 0);
    await operatorAttaches(bridge, 81, [{ type: "picture", file: files.jpeg }], "Look");
    await operatorSends(bridge, 81, { text: "word ".repeat(1000).trim() });

    expect(sentTo(81)).toMatchObject([
      { topic: 77 },
      { topic: 77, method: "sendPhoto" },
      { topic: 77 },
      { topic: 77 },
    ]);
  });

  test("follow the customer, also back out of topics, and follow the quoted message", async () => {
    const first = await wrote(82, "one", 77);
    await wrote(82, "two", 78);
    const inSecond = await operatorSends(bridge, 82, { text: "to two" });
    const quoting = await operatorSends(bridge, 82, {
      text: "to one",
      reply_to: first.id,
    });
    await wrote(82, "three");
    const outside = await operatorSends(bridge, 82, { text: "to three" });

    expect(inSecond.messages).toMatchObject([{ topic: 78 }]);
    expect(quoting.messages).toMatchObject([{ topic: 77, replyToMessageId: 1 }]);
    expect(outside.messages[0]).not.toHaveProperty("topic");
  });

  test("have the answer to a message in that message's topic", async () => {
    const first = await wrote(87, "one", 77);
    await wrote(87, "two", 78);
    const toFirst = await operatorSends(bridge, 87, { text: "to one", reply_to: first.id });

    const more = await operatorSends(bridge, 87, { text: "and more", reply_to: toFirst.messageId });
    const now = await operatorSends(bridge, 87, { text: "to two" });

    const [quoted] = toFirst.messages;
    expect(quoted).toMatchObject({ topic: 77 });
    expect(more.messages).toMatchObject([{ topic: 77, replyToMessageId: quoted?.messageId }]);
    expect(now.messages).toMatchObject([{ topic: 78 }]);
  });

  test("that were deleted lose nothing: the answer goes to the chat itself, once", async () => {
    await wrote(83, "hello", 77);
    bridge.telegram.deleteTopic(83, 77);
    const calls = bridge.telegram.calls().length;

    const text = await operatorSends(bridge, 83, { text: "still here" });
    const after = await operatorSends(bridge, 83, { text: "and here" });

    expect([text.status, after.status]).toMatchObject([{ status: 1 }, { status: 1 }]);
    expect([text.messages.length, after.messages.length]).toEqual([1, 1]);
    const tried = bridge.telegram.calls().slice(calls);
    expect(tried.map(({ status }) => status)).toEqual([400, 200, 200]);
    expect(bridge.log.filter((line) => line.includes("TopicGone"))).toHaveLength(1);
  });

  test("that were deleted do not turn a file into a link", async () => {
    await wrote(84, "hello", 77);
    bridge.telegram.deleteTopic(84, 77);

    const { messages } = await operatorAttaches(
      bridge,
      84,
      [{ type: "file", file: files.pdf }],
      "Bill",
    );

    expect(messages).toMatchObject([{ method: "sendDocument", text: "Bill" }]);
  });

  test("also work for the customer's button presses and edits", async () => {
    await wrote(85, "hello", 77);
    const markup = { mode: "inline" as const, buttons: [[{ text: "Yes" }]] };
    const asked = await operatorSends(bridge, 85, { text: "Sure?", markup });
    await wrote(85, "something else", 78);

    await bridge.telegram.customer.press(85, asked.messages[0]?.messageId ?? 0, { text: "Yes" });
    await eventually("the press in amoCRM", () =>
      bridge.amocrm
        .messages()
        .some(
          ({ conversationId, text }) => conversationId === conversationOf(85) && text === "Yes",
        ),
    );
    const answer = await operatorSends(bridge, 85, { text: "Good" });
    expect(answer.messages).toMatchObject([{ topic: 77 }]);
    await bridge.telegram.customer.edit(85, 1, { text: "hello there" });
    await eventually("the edit in amoCRM", () =>
      bridge.amocrm
        .messages()
        .some(
          ({ conversationId, text }) =>
            conversationId === conversationOf(85) && text === "hello there",
        ),
    );
    const afterEdit = await operatorSends(bridge, 85, { text: "I see" });
    expect(afterEdit.messages).toMatchObject([{ topic: 77 }]);
  });

  test("are not confused with the thread number that a chain of answers has in a chat without topics", async () => {
    await wrote(86, "hello");
    await bridge.telegram.customer.send(anna(86), { text: "again" }, { messageId: 1 });
    await shown(bridge, 86, 2);

    const { status, messages } = await operatorSends(bridge, 86, { text: "Hi" });

    expect(status).toMatchObject({ status: 1 });
    expect(messages[0]).not.toHaveProperty("topic");
  });
});
