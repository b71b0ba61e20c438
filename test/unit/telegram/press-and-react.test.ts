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
  test("is a message of the customer, without a time and under the press's own name", () => {
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
    { name: "of a word", data: "t:Yes", text: "Yes, please" },
    { name: "too long for its data", data: "#1:0", text: "A long answer" },
    { name: "of a list", data: "c:xl", text: "Size XL", choice: "xl" },
    { name: "of an earlier bot's making", data: "order/7", text: "Order" },
    {
      name: "of the bridge itself",
      data: "bridge:language:en",
      text: "English",
      ownChoice: "language:en",
    },
    { name: "that stands for nothing", data: "c:", text: "Nothing" },
  ])("$name says its text", ({ data, text, ...row }) => {
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
    { name: "a word", data: "t:Oui", content: { type: "text", text: "Oui" } },
    { name: "an entry of a list", data: "c:free", content: { type: "text", text: "free" } },
    { name: "an entry in other letters", data: "c:XL", content: { type: "text", text: "XL" } },
    { name: "something", data: "order/8", content: { type: "text", text: "order/8" } },
    { name: "an empty entry", data: "c:", content: placeholder },
    { name: "a blank entry", data: "c: ", content: placeholder },
    { name: "an empty word", data: "t:", content: placeholder },
    { name: "a blank", data: " ", content: placeholder },
    { name: "a place", data: "#9:9", content: placeholder },
    { name: "nothing at all", data: "", content: placeholder },
  ])("that the message does not have says its words and chooses nothing: $name", (forged) => {
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
  ])("under a message that is too old says what $data tells", ({ data, content }) => {
    expect(press(data, tooOld)).toMatchObject({ content });
  });

  test("without a message is by the person", () => {
    const update = { callback_query: { id: "77", from: anna, data: "t:Yes" } };

    expect(decode(update)).toMatchObject({ chatId: "42", content: { text: "Yes" } });
  });

  test("of an id that cannot be part of a name goes by its digest", () => {
    const update = { callback_query: { id: "тест", from: anna, data: "t:Yes" } };

    expect(decode(update)).toMatchObject({
      msgid: expect.stringMatching(/^tg-700-42-cb-[0-9a-f]{64}$/),
    });
  });

  test("is answered at once, so that it does not wait for ever", () => {
    const answer = acknowledgementOf(bytesOf({ update_id: 1, callback_query: { id: "77" } }));

    expect(JSON.parse(answer ?? "")).toEqual({
      method: "answerCallbackQuery",
      callback_query_id: "77",
    });
  });

  test.each(["", "[]", '{"message":{"id":"77"}}', '{"callback_query":{"id":77}}'])(
    "is not what %s is",
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

  test("tells whose it is, of which message and when", () => {
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
      name: "joined by a second",
      before: [emoji("👍")],
      after: [emoji("👍"), emoji("🔥")],
      added: ["🔥"],
      removed: [],
    },
    {
      name: "of one's own drawing",
      before: [custom("1")],
      after: [custom("2")],
      added: ["[custom_emoji]"],
      removed: ["[custom_emoji]"],
    },
    { name: "paid for", before: [], after: [{ type: "paid" }], added: ["[paid]"], removed: [] },
    {
      name: "of a type of tomorrow",
      before: [],
      after: [{ type: "hologram" }],
      added: ["[hologram]"],
      removed: [],
    },
    {
      name: "beside something odd",
      before: 5,
      after: [null, emoji("👍")],
      added: ["👍"],
      removed: [],
    },
  ])("$name is told by what came and what went", ({ before, after, added, removed }) => {
    expect(change(before, after)).toMatchObject({ added, removed });
  });
});
