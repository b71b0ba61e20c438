import { describe, expect, test } from "@jest/globals";
import { decodeUpdate } from "../../../lambdas/telegram/decode/update.ts";
import { identifyUpdate } from "../../../lambdas/telegram/webhook/identify.ts";
import { aTelegramMessage, bytesOf } from "../../support/bodies.ts";
import { botId } from "../../support/events.ts";

const chat = { id: -1002, type: "supergroup", title: "News", is_direct_messages: true };
const anna = { id: 42, is_bot: false, first_name: "Anna", language_code: "ru" };
const admin = { id: 9, is_bot: false, first_name: "Admin", language_code: "en" };
const direct_messages_topic = { topic_id: 42, user: { id: 42, first_name: "Anna" } };
const message = (changes: object = {}) =>
  aTelegramMessage({ chat, from: anna, direct_messages_topic, ...changes });
const read = (update: object) => decodeUpdate(bytesOf({ update_id: 1, ...update }), botId);
const groupOf = (update: object) =>
  identifyUpdate(bytesOf({ update_id: 1, ...update }), botId).group;
const press = (from: object, under: object = message()) => ({
  callback_query: { id: "7", from, chat_instance: "c", data: "t:Yes", message: under },
});
/** A message that is no longer accessible has only its place. */
const old = { chat, message_id: 5, date: 0 };
const reaction = (user: object) => ({
  message_reaction: {
    chat,
    message_id: 5,
    user,
    date: 1,
    old_reaction: [],
    new_reaction: [{ type: "emoji", emoji: "👍" }],
  },
});

describe("direct messages of a channel", () => {
  test.each([
    { name: "a message", update: { message: message() } },
    { name: "an edit", update: { edited_message: message() } },
    { name: "a button press", update: press(anna) },
    { name: "an update of an unknown type", update: { hologram: message() } },
  ])(
    "belong to the writer's conversation, in the webhook and in the decoder: $name",
    ({ update }) => {
      const event = read(update);

      expect(event).toMatchObject({
        conversationId: "tg-700--1002-dm42",
        chatId: "-1002-dm42",
        customer: { id: "tg-42", name: "Anna" },
        msgid: expect.stringMatching(/^tg-700--1002-dm42-/),
      });
      expect(event).not.toHaveProperty("where");
      expect(groupOf(update)).toBe("tg-700--1002-dm42");
    },
  );

  test.each([
    { name: "a press under an inaccessible message", update: press(anna, old) },
    { name: "a reaction", update: reaction(anna) },
  ])("belong to the customer who acts when the update names no topic: $name", ({ update }) => {
    expect(read(update)).toMatchObject({
      conversationId: "tg-700--1002-dm42",
      chatId: "-1002-dm42",
      customer: { id: "tg-42", name: "Anna" },
      isTopicGuessed: true,
    });
    expect(groupOf(update)).toBe("tg-700--1002-dm42");
  });

  test("show an administrator's action of an unknown type as outgoing, without the personal names around it", () => {
    const update = { hologram: { ...message({ from: admin, text: undefined }), title: "A chair" } };

    expect(read(update)).toMatchObject({
      conversationId: "tg-700--1002-dm42",
      customer: { id: "tg-42", name: "Anna" },
      isOutgoing: true,
      content: { type: "unsupported", kind: "hologram", text: "A chair" },
    });
  });

  test("have the writer's language, and the writer when the names are missing", () => {
    const topic = { topic_id: 42 };

    expect(read({ message: message() })).toMatchObject({ customer: { language: "ru" } });
    expect(read({ message: message({ direct_messages_topic: topic }) })).toMatchObject({
      customer: { id: "tg-42", name: "Anna", language: "ru" },
    });
  });

  test.each([
    { name: "under their own name", changes: { from: admin } },
    {
      name: "as the channel",
      changes: { from: { id: 136817688, is_bot: true, first_name: "Channel" }, sender_chat: chat },
    },
    {
      name: "as the channel, without a stand-in sender",
      changes: { from: undefined, sender_chat: chat },
    },
  ])("are outgoing when an administrator writes $name", ({ changes }) => {
    expect(read({ message: message({ text: "/start", ...changes }) })).toMatchObject({
      conversationId: "tg-700--1002-dm42",
      customer: { id: "tg-42", name: "Anna" },
      isOutgoing: true,
    });
    expect(read({ message: message(changes) })).not.toHaveProperty("command");
  });

  test.each([
    { name: "the bot's own action", update: { message: message({ from: { id: 700 } }) } },
    { name: "a press by an administrator", update: press(admin) },
    {
      name: "a message in a topic without an owner",
      update: { message: message({ direct_messages_topic: undefined }) },
    },
    {
      name: "the bot's admission",
      update: {
        my_chat_member: { chat, from: admin, date: 1, new_chat_member: { status: "member" } },
      },
    },
  ])("are not a customer's message: $name", ({ update }) => {
    expect(read(update)).toMatchObject({ kind: "ignored" });
  });

  test.each([
    { name: "no number", topic_id: "42" },
    { name: "below zero", topic_id: -42 },
    { name: "broken", topic_id: 4.2 },
  ])("have no conversation when the topic id is $name", ({ topic_id }) => {
    const update = { message: message({ direct_messages_topic: { topic_id } }) };

    expect(read(update)).toMatchObject({ kind: "ignored" });
    expect(groupOf(update)).toBe("tg-700--1002");
  });

  test("are not taken from a private chat that claims to have them", () => {
    const update = { message: aTelegramMessage({ direct_messages_topic }) };

    expect(read(update)).toMatchObject({ conversationId: "tg-700-42" });
    expect(groupOf(update)).toBe("tg-700-42");
  });
});
