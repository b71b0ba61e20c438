import { describe, expect, test } from "@jest/globals";
import { acknowledgementOf } from "../../../lambdas/telegram/webhook/verify.ts";
import { decodeUpdate } from "../../../lambdas/telegram/decode/update.ts";
import type { CustomerEvent } from "../../../lambdas/model/message.ts";
import { bytesOf } from "../../support/bodies.ts";
import { botId } from "../../support/events.ts";

const decode = (update: object) => decodeUpdate(bytesOf({ update_id: 1, ...update }), botId);
const anna = { id: 42, is_bot: false, first_name: "Anna" };
const chat = { id: 42, type: "private" };
const keyboard = {
  inline_keyboard: [
    [
      { text: "Yes, please", callback_data: "t:Yes" },
      { text: "Site", url: "https://x.example" },
    ],
    [{ text: "A long answer", callback_data: "#1:0" }],
    [{ text: "Size XL", callback_data: "c:xl" }],
    [{ text: "Nothing", callback_data: "c:" }],
    [{ text: "Order", callback_data: "order/7" }],
    [{ text: "English", callback_data: "bridge:language:en" }],
  ],
};
const press = (data: string | undefined, message: object = { reply_markup: keyboard }) =>
  decode({
    callback_query: { id: "77", from: anna, message: { chat, message_id: 4, ...message }, data },
  });
const tooOld = { date: 0 };
const placeholder = { type: "unsupported", kind: "callback_query" };

describe("a pressed button", () => {
  test("is a message of the customer, without a time and with the press's own id", () => {
    expect(press("t:Yes")).toEqual({
      kind: "message",
      conversationId: "tg-700-42",
      chatId: "42",
      customer: { id: "tg-42", name: "Anna", language: "en" },
      msgid: "tg-700-42-cb-77",
      updateId: 1,
      sentAtSeconds: undefined,
      content: { type: "text", text: "Yes, please" },
    });
  });

  test.each([
    { name: "with a text", data: "t:Yes", text: "Yes, please" },
    { name: "with a text too long for the data", data: "#1:0", text: "A long answer" },
    { name: "of a list", data: "c:xl", text: "Size XL", choice: "xl" },
    { name: "of an earlier bot", data: "order/7", text: "Order" },
    {
      name: "of the bridge itself",
      data: "bridge:language:en",
      text: "English",
      ownChoice: "language:en",
    },
    { name: "with an empty choice", data: "c:", text: "Nothing" },
  ])("$name gives its text", ({ data, text, ...row }) => {
    const { choice, ownChoice } = press(data) as CustomerEvent;

    expect(press(data)).toMatchObject({ content: { type: "text", text } });
    expect([choice, ownChoice]).toEqual([row.choice, row.ownChoice]);
  });

  test.each([
    { where: "on the keyboard", message: { reply_markup: keyboard }, ownChoice: "language:en" },
    { where: "under a message too old to be seen", message: tooOld, ownChoice: "language:en" },
    {
      where: "on another keyboard",
      message: { reply_markup: { inline_keyboard: [] } },
      ownChoice: undefined,
    },
  ])("of the bridge itself $where chooses $ownChoice", ({ message, ownChoice }) => {
    expect((press("bridge:language:en", message) as CustomerEvent).ownChoice).toBe(ownChoice);
  });

  test.each([
    { name: "a text", data: "t:Oui", content: { type: "text", text: "Oui" } },
    { name: "a list entry", data: "c:free", content: { type: "text", text: "free" } },
    { name: "a list entry in other letters", data: "c:XL", content: { type: "text", text: "XL" } },
    { name: "something", data: "order/8", content: { type: "text", text: "order/8" } },
    { name: "an empty list entry", data: "c:", content: placeholder },
    { name: "a blank list entry", data: "c: ", content: placeholder },
    { name: "an empty text", data: "t:", content: placeholder },
    { name: "blank data", data: " ", content: placeholder },
    { name: "a position", data: "#9:9", content: placeholder },
    { name: "empty data", data: "", content: placeholder },
  ])("that the message does not have gives its text and chooses nothing: $name", (forged) => {
    const shown = { inline_keyboard: keyboard.inline_keyboard.slice(0, 3) };
    for (const message of [{ reply_markup: shown }, { text: "Hello" }, tooOld]) {
      const event = press(forged.data, message);

      expect(event).toMatchObject({ content: forged.content });
      expect(event).not.toHaveProperty("choice");
    }
  });

  test.each([
    { data: "t:Yes", content: { type: "text", text: "Yes" } },
    { data: "c:xl", content: { type: "text", text: "xl" } },
    { data: "order/7", content: { type: "text", text: "order/7" } },
    { data: "#1:0", content: { type: "unsupported", kind: "callback_query" } },
    { data: undefined, content: { type: "unsupported", kind: "callback_query" } },
  ])("under a message that is too old gives the text of $data", ({ data, content }) => {
    expect(press(data, tooOld)).toMatchObject({ content });
  });

  test("without a message belongs to the person who pressed", () => {
    const update = { callback_query: { id: "77", from: anna, data: "t:Yes" } };

    expect(decode(update)).toMatchObject({ chatId: "42", content: { text: "Yes" } });
  });

  test("with an id that cannot be part of a name is named by the id's digest", () => {
    const update = { callback_query: { id: "тест", from: anna, data: "t:Yes" } };

    expect(decode(update)).toMatchObject({
      msgid: expect.stringMatching(/^tg-700-42-cb-[0-9a-f]{64}$/),
    });
  });

  test("is answered at once, so that Telegram does not show it as pending", () => {
    const answer = acknowledgementOf(bytesOf({ update_id: 1, callback_query: { id: "77" } }));

    expect(JSON.parse(answer ?? "")).toEqual({
      method: "answerCallbackQuery",
      callback_query_id: "77",
    });
  });

  test.each(["", "[]", '{"message":{"id":"77"}}', '{"callback_query":{"id":77}}'])(
    "does not exist in %s",
    (body) => {
      expect(acknowledgementOf(bytesOf(body))).toBeUndefined();
    },
  );
});

describe("a changed reaction", () => {
  const emoji = (text: string) => ({ type: "emoji", emoji: text });
  const custom = (id: string) => ({ type: "custom_emoji", custom_emoji_id: id });
  const change = (before: unknown, after: unknown) =>
    decode({
      message_reaction: {
        chat,
        message_id: 4,
        user: anna,
        date: 9,
        old_reaction: before,
        new_reaction: after,
      },
    });

  test("has its author, message and time", () => {
    expect(change([], [emoji("👍")])).toEqual({
      kind: "reaction",
      conversationId: "tg-700-42",
      chatId: "42",
      customer: { id: "tg-42", name: "Anna", language: "en" },
      telegramMessageId: "4",
      updateId: 1,
      atSeconds: 9,
      added: ["👍"],
      removed: [],
    });
  });

  test.each([
    { name: "taken back", before: [emoji("👍")], after: [], added: [], removed: ["👍"] },
    {
      name: "replaced",
      before: [emoji("👍")],
      after: [emoji("🔥")],
      added: ["🔥"],
      removed: ["👍"],
    },
    {
      name: "with a second one added",
      before: [emoji("👍")],
      after: [emoji("👍"), emoji("🔥")],
      added: ["🔥"],
      removed: [],
    },
    {
      name: "with a custom emoji",
      before: [custom("1")],
      after: [custom("2")],
      added: ["[custom_emoji]"],
      removed: ["[custom_emoji]"],
    },
    { name: "that is paid", before: [], after: [{ type: "paid" }], added: ["[paid]"], removed: [] },
    {
      name: "of an unknown type",
      before: [],
      after: [{ type: "hologram" }],
      added: ["[hologram]"],
      removed: [],
    },
    {
      name: "next to a malformed one",
      before: 5,
      after: [null, emoji("👍")],
      added: ["👍"],
      removed: [],
    },
  ])("$name lists the added and the removed reactions", ({ before, after, added, removed }) => {
    expect(change(before, after)).toMatchObject({ added, removed });
  });
});
