import { describe, expect, test } from "@jest/globals";
import { decodeUpdate } from "../../../lambdas/telegram/decode/update.ts";
import { aTelegramMessage, bytesOf } from "../../support/bodies.ts";
import { botId } from "../../support/events.ts";

const decode = (update: object) => decodeUpdate(bytesOf({ update_id: 1, ...update }), botId);
const anna = { id: 42, is_bot: false, first_name: "Anna", language_code: "ru" };
const group = { id: -1001, type: "supergroup", title: "Neighbours" };
const channel = { id: -1002, type: "channel", title: "News" };
const inGroup = aTelegramMessage({ chat: group, from: anna });

describe("an update of a chat that the bridge does not serve", () => {
  test.each([
    { name: "a message in a group", update: { message: inGroup } },
    { name: "an edit in a group", update: { edited_message: inGroup } },
    {
      name: "a service message in a group",
      update: { message: { ...inGroup, text: undefined, new_chat_title: "New" } },
    },
    {
      name: "the bot's admission to a group",
      update: {
        my_chat_member: { chat: group, from: anna, date: 1, new_chat_member: { status: "member" } },
      },
    },
    {
      name: "a press of a button in a group",
      update: { callback_query: { id: "1", from: anna, message: { chat: group }, data: "t:Yes" } },
    },
    {
      name: "an unknown update from a group",
      update: { hologram: { chat: group, from: anna } },
    },
    {
      name: "a message in a chat of unknown type",
      update: { message: { ...inGroup, chat: { id: -1001, type: "plaza" } } },
    },
  ])("such as $name is reported with its chat and its author's language", ({ update }) => {
    expect(decode(update)).toEqual({
      kind: "unsupported-chat",
      place: "group",
      conversationId: "tg-700--1001",
      chatId: "-1001",
      writer: "42",
      language: "ru",
    });
  });

  test.each([
    { name: "a post", update: { channel_post: { message_id: 1, date: 1, chat: channel } } },
    { name: "an edit", update: { edited_channel_post: { message_id: 1, date: 1, chat: channel } } },
    {
      name: "the bot's promotion to administrator",
      update: {
        my_chat_member: { chat: channel, date: 1, new_chat_member: { status: "administrator" } },
      },
    },
  ])("such as $name in a channel is reported as a channel's", ({ update }) => {
    expect(decode(update)).toMatchObject({
      kind: "unsupported-chat",
      place: "channel",
      chatId: "-1002",
      writer: "-1002",
      language: "en",
    });
  });
});

describe("the author in a group", () => {
  test("is the chat for a message that is sent in the chat's name", () => {
    const standIn = { id: 1087968824, is_bot: true, first_name: "Group" };
    const message = { ...inGroup, from: standIn, sender_chat: group };

    expect(decode({ message })).toMatchObject({ kind: "unsupported-chat", writer: "-1001" });
  });

  test("is absent for the bot's own action", () => {
    const message = { ...inGroup, from: { id: Number(botId), is_bot: true, first_name: "Shop" } };

    expect(decode({ message })).toMatchObject({ kind: "ignored" });
  });
});

describe("a business account", () => {
  const message = aTelegramMessage({ from: anna, business_connection_id: "bc1" });

  test.each([{ business_message: message }, { edited_business_message: message }])(
    "gets its answer through its connection and is not mistaken for the person's own chat",
    (update) => {
      expect(decode(update)).toEqual({
        kind: "unsupported-chat",
        place: "business",
        conversationId: "tg-700-42-business",
        chatId: "42",
        businessConnectionId: "bc1",
        writer: "42",
        language: "ru",
      });
    },
  );

  const inAccount = { ...message, from: { id: 700, is_bot: true, first_name: "Shop" } };
  test.each([
    {
      name: "a press in its chats",
      update: { callback_query: { id: "1", from: anna, data: "t:Yes", message: inAccount } },
    },
    { name: "an update of an unknown type", update: { hologram: message } },
    { name: "an unknown object around a message", update: { hologram: { message, user: anna } } },
  ])("is not mistaken for the person's own chat in $name", ({ update }) => {
    expect(decode(update)).toMatchObject({ place: "business", businessConnectionId: "bc1" });
  });

  test("gets no answer when its owner presses a button", () => {
    const owner = { id: 9, is_bot: false, first_name: "Olga" };
    const press = { id: "1", from: owner, data: "t:Yes", message: inAccount };

    expect(decode({ callback_query: press })).toMatchObject({ kind: "ignored" });
  });

  test("that connected the bot gets the notice in its owner's chat with the bot", () => {
    const connection = { id: "bc1", user: anna, user_chat_id: 42, date: 1, is_enabled: true };

    expect(decode({ business_connection: connection })).toEqual({
      kind: "unsupported-chat",
      place: "business",
      conversationId: "tg-700-42-business",
      chatId: "42",
      writer: "42",
      language: "ru",
    });
  });
});
