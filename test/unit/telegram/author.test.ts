import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { decodeUpdate } from "../../../lambdas/telegram/decode/update.ts";
import { aTelegramMessage, bytesOf } from "../../support/bodies.ts";
import { botId } from "../../support/events.ts";

const decode = (update: object) => decodeUpdate(bytesOf({ update_id: 1, ...update }), botId);
const ourBot = { id: Number(botId), is_bot: true, first_name: "Shop bot", username: "shop_bot" };
const otherBot = { id: 900, is_bot: true, first_name: "Weather", username: "weather_bot" };
const boris = { id: 42, type: "private", first_name: "Boris", last_name: "Orlov" };
const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/field/${name}.json`, import.meta.url));

/** The bot's own actions that Telegram reports as messages in the customer's chat. */
const ownActs = {
  pinned_message: aTelegramMessage({ from: ourBot, text: "Opening hours 9-18" }),
  refunded_payment: { currency: "XTR", total_amount: 45, telegram_payment_charge_id: "c" },
  forum_topic_created: { name: "Order 7", icon_color: 7322096 },
  forum_topic_edited: { name: "Order 8" },
  forum_topic_closed: {},
  forum_topic_reopened: {},
  general_forum_topic_hidden: {},
  suggested_post_paid: { currency: "XTR", amount: 5 },
  poll_option_added: { option_text: "Soup" },
  giveaway_created: { prize_star_count: 5 },
  proximity_alert_triggered: { traveler: ourBot, watcher: boris, distance: 5 },
  a_kind_of_tomorrow: { text: "something new" },
};

describe("the bot's own action is not a customer's message", () => {
  test.each(Object.entries(ownActs))("such as %s", (kind, value) => {
    const message = aTelegramMessage({ from: ourBot, chat: boris, text: undefined, [kind]: value });
    const ignored = { kind: "ignored", reason: `the bot's own ${kind}` };

    expect(decode({ message })).toEqual(ignored);
    expect(decode({ edited_message: message })).toEqual(ignored);
  });

  test.each([
    { name: "bot-service-message-first", kind: "refunded_payment" },
    { name: "bot-service-message-pinned", kind: "pinned_message" },
  ])("$name, a recorded update", ({ name, kind }) => {
    expect(decodeUpdate(fixture(name), "1000000001")).toEqual({
      kind: "ignored",
      reason: `the bot's own ${kind}`,
    });
  });

  test("in a group does not make the bot answer there", () => {
    const chat = { id: -5, type: "group", title: "Neighbours" };
    const message = aTelegramMessage({ from: ourBot, chat, text: undefined, new_chat_title: "x" });

    expect(decode({ message })).toEqual({
      kind: "ignored",
      reason: "the bot's own new_chat_title",
    });
  });
});

describe("another bot is not a customer", () => {
  const chat = { ...otherBot, type: "private" };
  test.each([
    { name: "writes a message", update: { message: aTelegramMessage({ from: otherBot, chat }) } },
    {
      name: "starts the bot",
      update: { message: aTelegramMessage({ from: otherBot, chat, text: "/start" }) },
    },
    {
      name: "edits a message",
      update: { edited_message: aTelegramMessage({ from: otherBot, chat }) },
    },
    {
      name: "writes in a customer's chat",
      update: { message: aTelegramMessage({ from: otherBot, chat: boris }) },
    },
    {
      name: "writes in a group",
      update: { message: aTelegramMessage({ from: otherBot, chat: { id: -5, type: "group" } }) },
    },
    {
      name: "presses a button",
      update: { callback_query: { id: "1", from: otherBot, data: "t:Yes" } },
    },
    {
      name: "puts a reaction",
      update: {
        message_reaction: {
          chat,
          message_id: 1,
          user: otherBot,
          date: 1,
          old_reaction: [],
          new_reaction: [{ type: "emoji", emoji: "👍" }],
        },
      },
    },
    {
      name: "blocks the bot",
      update: {
        my_chat_member: { chat, from: otherBot, date: 1, new_chat_member: { status: "kicked" } },
      },
    },
    { name: "does something of an unknown type", update: { hologram: { chat, from: otherBot } } },
  ])("when it $name", ({ update }) => {
    expect(decode(update)).toEqual({
      kind: "ignored",
      reason: expect.stringMatching(/^another bot's [a-z_]+$/),
    });
  });

  test("an administrator who writes under the group's name is a person", () => {
    const from = { id: 1087968824, is_bot: true, first_name: "Group" };
    const group = { id: -5, type: "supergroup", title: "Neighbours" };
    const message = aTelegramMessage({ from, chat: group, sender_chat: group });

    expect(decode({ message })).toMatchObject({ kind: "unsupported-chat", place: "group" });
  });
});

describe("in a private chat the customer is the person of the chat", () => {
  const named = (changes: object) => {
    const event = decode({ message: aTelegramMessage({ chat: boris, ...changes }) });
    return "customer" in event ? event.customer : event;
  };

  test.each([
    {
      name: "the customer",
      from: { id: 42, first_name: "Boris", language_code: "ru" },
      language: "ru",
    },
    { name: "missing", from: undefined, language: "en" },
    { name: "another user", from: { id: 777000, first_name: "Telegram" }, language: "en" },
    { name: "not a user", from: { id: "x" }, language: "en" },
  ])("when the named author is $name", ({ from, language }) => {
    expect(named({ from })).toEqual({
      id: "tg-42",
      name: expect.stringMatching(/^Boris/),
      language,
    });
  });
});
