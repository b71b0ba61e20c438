import { describe, expect, test } from "@jest/globals";
import { decodeUpdate } from "../../../lambdas/telegram/decode/update.ts";
import { aTelegramUpdate, bytesOf } from "../../support/bodies.ts";
import { botId } from "../../support/events.ts";

const decode = (message: Readonly<Record<string, unknown>>) =>
  decodeUpdate(bytesOf(aTelegramUpdate(message)), botId);
const ours = { message_id: 4, from: { id: 700, is_bot: true }, text: "Which size?" };
const theirs = { message_id: 3, from: { id: 42, is_bot: false }, text: "Hello" };

describe("the quote of a message", () => {
  const shop = { id: -1001, type: "channel", title: "Shop", username: "shop_news" };
  const secret = { id: -1002, type: "channel", title: "Staff" };
  const photo = [{ file_id: "p", file_unique_id: "p", width: 90, height: 60 }];
  const fromShop = { type: "channel", chat: shop, message_id: 4, date: 1 };
  const maria = { type: "user", sender_user: { id: 7, first_name: "Maria" }, date: 1 };
  const bot = { ...ours.from, first_name: "Shop bot" };
  test.each([
    {
      name: "a photo of the bot",
      message: { reply_to_message: { ...ours, from: bot, text: undefined, photo } },
      about: { kind: "photo", whose: "Shop bot" },
    },
    {
      name: "the customer's own voice message",
      message: {
        reply_to_message: {
          ...theirs,
          from: { ...theirs.from, first_name: "Anna" },
          text: undefined,
          voice: { file_id: "v" },
        },
      },
      about: { kind: "voice", whose: "Anna" },
    },
    {
      name: "a photo with words that identify it",
      message: { reply_to_message: { ...ours, from: bot, text: undefined, photo, caption: "New" } },
      about: { kind: "photo" },
    },
    { name: "a text", message: { reply_to_message: { ...ours, from: bot } }, about: {} },
    {
      name: "a photo of a public channel",
      message: { external_reply: { origin: fromShop, chat: shop, message_id: 4, photo } },
      about: { kind: "photo", whose: "Shop", link: "https://t.me/shop_news/4" },
    },
    {
      name: "a text of a public channel, without the text itself",
      message: { external_reply: { origin: fromShop, chat: shop, message_id: 4 } },
      about: { whose: "Shop", link: "https://t.me/shop_news/4" },
    },
    {
      name: "a post of a private channel",
      message: {
        external_reply: {
          origin: { ...fromShop, chat: secret },
          chat: secret,
          message_id: 4,
          photo,
        },
      },
      about: { kind: "photo", whose: "Staff" },
    },
    {
      name: "a place that another person sent in another chat",
      message: { external_reply: { origin: maria, location: { latitude: 1, longitude: 2 } } },
      about: { kind: "location", whose: "Maria" },
    },
    {
      name: "a story of a channel",
      message: { reply_to_story: { chat: shop, id: 3 } },
      about: { kind: "story", whose: "Shop", link: "https://t.me/shop_news/s/3" },
    },
    {
      name: "a story of a person",
      message: { reply_to_story: { chat: { id: 7, type: "private", first_name: "Maria" }, id: 3 } },
      about: { kind: "story", whose: "Maria" },
    },
    {
      name: "a story that was forwarded from another chat",
      message: { external_reply: { origin: maria, story: { chat: shop, id: 3 } } },
      about: { kind: "story", whose: "Maria", link: "https://t.me/shop_news/s/3" },
    },
    {
      name: "a rich message that is only a picture",
      message: {
        reply_to_message: {
          ...ours,
          from: bot,
          text: undefined,
          rich_message: { blocks: [{ type: "photo", photo }] },
        },
      },
      about: { kind: "photo", whose: "Shop bot" },
    },
    {
      name: "a rich message that is only a map",
      message: {
        reply_to_message: {
          ...ours,
          from: bot,
          text: undefined,
          rich_message: { blocks: [{ type: "map", location: { latitude: 1, longitude: 2 } }] },
        },
      },
      about: { kind: "location", whose: "Shop bot" },
    },
    {
      name: "an unknown kind",
      message: { reply_to_message: { ...ours, from: bot, text: undefined, hologram: {} } },
      about: { kind: "hologram", whose: "Shop bot" },
    },
    {
      name: "a name that makes no address",
      message: { reply_to_story: { chat: { ...shop, username: "a/../b" }, id: "3" } },
      about: { kind: "story", whose: "Shop" },
    },
  ])("describes $name", ({ message, about }) => {
    const event = decode(message);
    const { kind, whose, link } = ("quote" in event && event.quote) || {};
    expect({ kind, whose, link }).toEqual({
      kind: undefined,
      whose: undefined,
      link: undefined,
      ...about,
    });
  });

  const rich = (...blocks: unknown[]) => ({ text: undefined, rich_message: { blocks } });
  const picture = { type: "photo", photo };
  const map = { type: "map", location: { latitude: 1, longitude: 2 } };
  const words = { type: "paragraph", text: "The scratch" };
  test.each([
    {
      name: "a rich message that begins with a picture",
      message: { reply_to_message: { ...ours, from: bot, ...rich(picture, words) } },
      quote: { text: "The scratch", isPart: false },
    },
    {
      name: "a rich message of a picture alone",
      message: { reply_to_message: { ...ours, from: bot, ...rich(picture, map) } },
      quote: { text: "", isPart: false, kind: "photo", whose: "Shop bot" },
    },
    {
      name: "a rich message of a map alone",
      message: { reply_to_message: { ...ours, from: bot, ...rich(map) } },
      quote: { text: "", isPart: false, kind: "location", whose: "Shop bot" },
    },
    {
      name: "a rich message of an unreadable file",
      message: { reply_to_message: { ...ours, from: bot, ...rich({ type: "document" }) } },
      quote: { text: "", isPart: false, kind: "document", whose: "Shop bot" },
    },
    {
      name: "a rich message of another chat",
      message: {
        external_reply: { origin: fromShop, chat: shop, message_id: 4, ...rich(picture) },
      },
      quote: { text: "", kind: "photo", whose: "Shop", link: "https://t.me/shop_news/4" },
    },
  ])("describes $name", ({ message, quote }) => {
    const event = decode(message);
    const {
      from: _,
      telegramMessageId: __,
      ...quoteText
    } = ("quote" in event && event.quote) || {
      from: "",
    };
    expect(quoteText).toEqual({ isPart: false, ...quote });
  });

  const list = {
    title: "Moving",
    tasks: [
      { id: 1, text: "Boxes" },
      { id: 2, text: "Van" },
    ],
  };
  const poll = {
    question: "Lunch?",
    options: [
      { persistent_id: "a", text: "Soup" },
      { persistent_id: "b", text: "Salad" },
    ],
  };
  test.each([
    {
      name: "a task of a list",
      message: {
        reply_to_message: { ...theirs, text: undefined, checklist: list },
        reply_to_checklist_task_id: 2,
      },
      quote: { text: "Van", isPart: true },
    },
    {
      name: "an option of a poll",
      message: {
        reply_to_message: { ...ours, text: undefined, poll },
        reply_to_poll_option_id: "b",
      },
      quote: { text: "Salad", isPart: true },
    },
    {
      name: "an option of a poll in another chat",
      message: {
        external_reply: { origin: maria, poll },
        reply_to_poll_option_id: "a",
      },
      quote: { text: "Soup", isPart: true, from: "another-chat", kind: "poll", whose: "Maria" },
    },
    {
      name: "the words after the picture of a rich message",
      message: {
        reply_to_message: {
          ...ours,
          text: undefined,
          rich_message: {
            blocks: [
              { type: "photo", photo },
              { type: "paragraph", text: "New" },
            ],
          },
        },
      },
      quote: { text: "New", isPart: false },
    },
    {
      name: "the quoted words of an inaccessible message",
      message: { quote: { text: "Which size?", position: 0 } },
      quote: { text: "Which size?", isPart: true, from: "another-chat" },
    },
    {
      name: "a task that no longer exists",
      message: {
        reply_to_message: { ...theirs, text: undefined, checklist: list },
        reply_to_checklist_task_id: 9,
      },
      quote: { text: "Moving\n☐ Boxes\n☐ Van", isPart: false, kind: "checklist" },
    },
  ])("names $name", ({ message, quote }) => {
    expect(decode(message)).toMatchObject({ quote });
  });
});
