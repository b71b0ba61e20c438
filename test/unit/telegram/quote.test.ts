import { describe, expect, test } from "@jest/globals";
import { decodeUpdate } from "../../../lambdas/telegram/decode/update.ts";
import { aTelegramUpdate, bytesOf } from "../../support/bodies.ts";
import { botId } from "../../support/events.ts";

const decode = (message: Readonly<Record<string, unknown>>) =>
  decodeUpdate(bytesOf(aTelegramUpdate(message)), botId);
const ours = { message_id: 4, from: { id: 700, is_bot: true }, text: "Which size?" };
const theirs = { message_id: 3, from: { id: 42, is_bot: false }, text: "Hello" };
const chosen = { text: "size", position: 6, is_manual: true };

describe("the quote of a message", () => {
  test.each([
    {
      name: "a message of the bot",
      message: { reply_to_message: ours },
      quote: { telegramMessageId: "4", from: "bot", text: "Which size?", isPart: false },
    },
    {
      name: "the customer's own message",
      message: { reply_to_message: theirs },
      quote: { telegramMessageId: "3", from: "customer", text: "Hello", isPart: false },
    },
    {
      name: "a part of a message",
      message: { reply_to_message: ours, quote: chosen },
      quote: { telegramMessageId: "4", from: "bot", text: "size", isPart: true },
    },
    {
      name: "a part that is the whole text",
      message: { reply_to_message: ours, quote: { ...chosen, text: "Which size?" } },
      quote: { telegramMessageId: "4", from: "bot", text: "Which size?", isPart: false },
    },
    {
      name: "a picture with a caption",
      message: { reply_to_message: { ...ours, text: undefined, photo: [], caption: "The chair" } },
      quote: { telegramMessageId: "4", from: "bot", text: "The chair", isPart: false },
    },
    {
      name: "a contact",
      message: {
        reply_to_message: {
          ...theirs,
          text: undefined,
          contact: { phone_number: "+7", first_name: "Ivan" },
        },
      },
      quote: { telegramMessageId: "3", from: "customer", text: "Ivan +7", isPart: false },
    },
    {
      name: "a message of another chat",
      message: { external_reply: { origin: {}, photo: [] }, quote: chosen },
      quote: { from: "another-chat", text: "size", isPart: true },
    },
    {
      name: "a message of another chat that Telegram quoted by itself",
      message: { external_reply: { origin: {} }, quote: { text: "size", position: 6 } },
      quote: { from: "another-chat", text: "size", isPart: false },
    },
    {
      name: "a story",
      message: { reply_to_story: { id: 1, chat: { id: 42 } } },
      quote: { from: "another-chat", text: "", isPart: false },
    },
  ])("describes $name", ({ message, quote }) => {
    expect(decode(message)).toMatchObject({ quote });
  });

  test.each([
    {
      name: "the creation of its topic",
      message: { reply_to_message: { ...ours, forum_topic_created: {} } },
    },
    { name: "malformed fields", message: { reply_to_message: 5, external_reply: [] } },
  ])("is absent for $name", ({ message }) => {
    expect(decode(message)).not.toHaveProperty("quote");
  });
});

describe("the original author of a forwarded message", () => {
  test.each([
    {
      origin: { type: "user", sender_user: { id: 7, first_name: "Ivan", last_name: "Sidorov" } },
      who: "Ivan Sidorov",
    },
    { origin: { type: "user", sender_user: { id: 7 } }, who: "Telegram 7" },
    { origin: { type: "hidden_user", sender_user_name: "Maria" }, who: "Maria" },
    {
      origin: {
        type: "chat",
        sender_chat: { id: -1, title: "Neighbours" },
        author_signature: "admin",
      },
      who: "Neighbours, admin",
    },
    { origin: { type: "channel", chat: { id: -2, title: "News" }, message_id: 1 }, who: "News" },
    { origin: { type: "user", sender_user: { id: 7, first_name: "\u3164" } }, who: "Telegram 7" },
    { origin: { type: "hidden_user", sender_user_name: "Ma\u202eria\n" }, who: "Maria" },
    { origin: { type: "hidden_user", sender_user_name: "\u200b" }, who: "Telegram" },
    {
      origin: {
        type: "chat",
        sender_chat: { id: -1, title: "\u2800" },
        author_signature: "\u200b",
      },
      who: "Telegram -1",
    },
    { origin: { type: "hologram" }, who: "Telegram" },
  ])("is $who by $origin", ({ origin, who }) => {
    expect(decode({ forward_origin: origin })).toMatchObject({ forwardedFrom: who });
  });

  test("is absent for a message that was not forwarded", () => {
    expect(decode({})).not.toHaveProperty("forwardedFrom");
  });
});
