import { describe, expect, test } from "@jest/globals";
import { decodeUpdate } from "../../../lambdas/telegram/decode/update.ts";
import { aTelegramMessage, aTelegramUpdate, bytesOf } from "../../support/bodies.ts";
import { botId } from "../../support/events.ts";

const decode = (update: unknown) => decodeUpdate(bytesOf(update), botId);
const from = (person: Readonly<Record<string, unknown>>) => ({ id: 42, is_bot: false, ...person });

describe("a message of a customer", () => {
  test("becomes an event with the bridge's ids of the conversation, message and customer", () => {
    expect(decode(aTelegramUpdate())).toEqual({
      kind: "message",
      conversationId: "tg-700-42",
      chatId: "42",
      customer: { id: "tg-42", name: "Anna Petrova", language: "en" },
      profile: { languageCode: "en" },
      msgid: "tg-700-42-5",
      updateId: 1,
      sentAtSeconds: 1_699_999_999,
      content: { type: "text", text: "Good morning" },
    });
  });

  test.each([
    {
      person: { username: "anna", is_premium: true },
      profile: { username: "anna", isPremium: true },
    },
    { person: { language_code: "pt-br" }, profile: { languageCode: "pt-br" } },
    { person: { username: "not a name" }, profile: undefined },
    { person: {}, profile: undefined },
  ])("has the profile $profile of $person", ({ person, profile }) => {
    const from = { id: 42, is_bot: false, first_name: "Anna", ...person };

    expect(decode(aTelegramUpdate({ from }))).toMatchObject({
      kind: "message",
      ...(profile && { profile }),
    });
    expect("profile" in decode(aTelegramUpdate({ from }))).toBe(profile !== undefined);
  });

  test("keeps every digit of a large id", () => {
    const chat = { id: 4503599627370495, type: "private" };

    expect(decode(aTelegramUpdate({ chat }))).toMatchObject({ chatId: "4503599627370495" });
  });

  test.each([
    {
      name: "first and last name",
      person: { first_name: "Anna", last_name: "Petrova" },
      shown: "Anna Petrova",
    },
    { name: "a first name alone", person: { first_name: "Anna", username: "anna" }, shown: "Anna" },
    {
      name: "a last name alone",
      person: { first_name: "", last_name: "Petrova" },
      shown: "Petrova",
    },
    {
      name: "names with spaces around",
      person: { first_name: " Anna ", last_name: " " },
      shown: "Anna",
    },
    {
      name: "a user name where the names are blank",
      person: { first_name: " ", username: "anna_p" },
      shown: "anna_p",
    },
    {
      name: "a user name where the names are invisible",
      person: { first_name: "\u2060\u200b", last_name: "\u200e", username: "nick_1018" },
      shown: "nick_1018",
    },
    {
      name: "one line, in its own text direction",
      person: { first_name: "Anna\n\u202e", last_name: "Pe\u200btrova" },
      shown: "Anna Petrova",
    },
    {
      name: "its number where the name is a filler character",
      person: { first_name: "\u3164" },
      shown: "Telegram 42",
    },
    {
      name: "its number where all names are empty",
      person: { first_name: "", last_name: "", username: "" },
      shown: "Telegram 42",
    },
    { name: "no name at all", person: {}, shown: "Telegram 42" },
  ])("is shown under $name", ({ person, shown }) => {
    expect(decode(aTelegramUpdate({ from: from(person) }))).toMatchObject({
      customer: { name: shown },
    });
  });

  test("without a sender belongs to the person of the private chat", () => {
    expect(decode(aTelegramUpdate({ from: undefined }))).toMatchObject({
      customer: { id: "tg-42", name: "Anna", language: "en" },
    });
  });

  test.each([
    { code: "ru", language: "ru" },
    { code: "ru-RU", language: "ru" },
    { code: "RU", language: "ru" },
    { code: "en", language: "en" },
    { code: "pt", language: "pt" },
    { code: "pt-br", language: "pt" },
    { code: "pt-BR", language: "pt" },
    { code: "pt-pt", language: "pt" },
    { code: "es", language: "es" },
    { code: "es-419", language: "es" },
    { code: "es-mx", language: "es" },
    { code: "est", language: "en" },
    { code: "de", language: "en" },
    { code: undefined, language: "en" },
  ])("with the language code $code is answered in $language", ({ code, language }) => {
    const update = aTelegramUpdate({ from: from({ first_name: "Anna", language_code: code }) });

    expect(decode(update)).toMatchObject({ customer: { language } });
  });
});

describe("an edit", () => {
  test("has the id of its original and the time of the edit", () => {
    const edited = aTelegramMessage({ edit_date: 1_700_000_100, text: "Good evening" });

    expect(decode({ update_id: 2, edited_message: edited })).toMatchObject({
      kind: "edit",
      msgid: "tg-700-42-5",
      updateId: 2,
      sentAtSeconds: 1_700_000_100,
      content: { text: "Good evening" },
    });
  });

  test("of a command does not send a greeting", () => {
    const edited = aTelegramMessage({ text: "/start" });

    expect(decode({ update_id: 2, edited_message: edited })).not.toHaveProperty("command");
  });
});

describe("a command", () => {
  test.each([
    { text: "/start", command: "start" },
    { text: "/start ref_1", command: "start" },
    { text: "/start@our_bot", command: "start" },
    { text: "/operator", command: "operator" },
    { text: "/operator@our_bot please", command: "operator" },
    { text: "/operator\nplease", command: "operator" },
    { text: "/starting", command: undefined },
    { text: "/help", command: "help" },
    { text: "/helper", command: undefined },
    { text: "/end", command: "end" },
    { text: "/language", command: "language" },
    { text: "say /start", command: undefined },
  ])("in '$text' is $command", ({ text, command }) => {
    const event = decode(aTelegramUpdate({ text }));

    expect("command" in event ? event.command : undefined).toBe(command);
  });

  test.each([
    { text: "/start ref_1", payload: "ref_1" },
    { text: "/start@our_bot ref_1", payload: "ref_1" },
    { text: `/start ${"-_Az09".repeat(10)}abcd`, payload: `${"-_Az09".repeat(10)}abcd` },
    { text: "/start", payload: undefined },
    { text: "/start ", payload: undefined },
    { text: "/start hello there", payload: undefined },
    { text: "/start привет", payload: undefined },
    { text: `/start ${"a".repeat(65)}`, payload: undefined },
    { text: "/help ref_1", payload: undefined },
    { text: "ref_1", payload: undefined },
  ])("in '$text' has the payload $payload, and the text stays", ({ text, payload }) => {
    const event = decode(aTelegramUpdate({ text }));

    expect("startPayload" in event ? event.startPayload : undefined).toBe(payload);
    expect(event).toMatchObject({ content: { type: "text", text } });
  });

  test("in a forwarded message is ignored", () => {
    const forward_origin = { type: "hidden_user", sender_user_name: "Maria", date: 1 };

    expect(decode(aTelegramUpdate({ text: "/start a", forward_origin }))).not.toHaveProperty(
      "command",
    );
  });

  test("in a caption is ignored", () => {
    const update = aTelegramUpdate({ text: undefined, photo: [], caption: "/start" });

    expect(decode(update)).not.toHaveProperty("command");
  });
});

describe("a change of the bot's membership in a chat", () => {
  const changed = (status: string) =>
    decode({
      update_id: 1,
      my_chat_member: {
        chat: { id: 42, type: "private" },
        from: { id: 42 },
        date: 1_699_999_999,
        new_chat_member: { status },
      },
    });

  test.each([
    { status: "kicked", reachability: "blocked" },
    { status: "member", reachability: "reachable" },
  ])("to $status means that the customer is $reach", ({ status, reachability }) => {
    expect(changed(status)).toEqual({
      kind: "membership",
      conversationId: "tg-700-42",
      reachability,
      changedAtSeconds: 1_699_999_999,
    });
  });
});

describe("a body that is not an update", () => {
  test.each([
    { name: "an empty body", body: "" },
    { name: "a body that is not JSON", body: "<html>" },
    { name: "a list", body: "[]" },
    { name: "a body without update_id", body: '{"message":{}}' },
    {
      name: "a message without a chat",
      body: '{"update_id":1,"message":{"message_id":1,"date":1}}',
    },
    { name: "a message that is null", body: '{"update_id":1,"message":null}' },
  ])("such as $name is ignored and does not fail", ({ body }) => {
    expect(decode(body)).toMatchObject({ kind: "not-understood", reason: "not-understood" });
  });

  test("has a detail that says where it is malformed and repeats none of its text", () => {
    const event = decode(aTelegramUpdate({ chat: { id: "the customer's words" } }));

    expect(event).toMatchObject({ detail: "not an Update: message.chat.id" });
  });
});

describe("a text of invisible characters", () => {
  test.each(["\u3164", "\u200b\u2060", "\u2800 \u2800", "\ufeff", "\u200f"])(
    "counts as no text: %j",
    (text) => {
      expect(decode(aTelegramUpdate({ text }))).toMatchObject({
        content: { type: "unsupported", kind: "message" },
      });
      const caption = { text: undefined, photo: undefined, voice: { file_id: "v" }, caption: text };
      expect(decode(aTelegramUpdate(caption))).not.toHaveProperty("content.text");
    },
  );

  test("counts as text when one character is visible", () => {
    expect(decode(aTelegramUpdate({ text: "\u200b👍" }))).toMatchObject({
      content: { type: "text", text: "\u200b👍" },
    });
  });
});
