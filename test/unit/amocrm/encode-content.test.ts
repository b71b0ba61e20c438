import { describe, expect, test } from "@jest/globals";
import {
  encodeContent,
  encodeChat,
  encodeMessage,
  encodeReaction,
} from "../../../lambdas/amocrm/chats/encode.ts";
import type { MediaKind } from "../../../lambdas/model/content.ts";
import type { CrmContent, CrmMessage } from "../../../lambdas/model/crm.ts";
import { amocrmFixture } from "../../support/bodies.ts";

const customer = { id: "tg-42", name: "Anna Petrova", language: "en" } as const;
const aMessage = (changes: Partial<CrmMessage> = {}): CrmMessage => ({
  conversationId: "tg-700-42",
  msgid: "tg-700-42-5",
  customer,
  from: "customer",
  sentAtMillis: 1_699_999_999_599,
  silent: false,
  content: { type: "text", text: "Good morning" },
  ...changes,
});
const payloadOf = (changes: Partial<CrmMessage>, event: "new_message" | "edit_message") =>
  encodeMessage(event, aMessage(changes), { id: "bot", name: "Bot" }).payload;
const aFile = (type: MediaKind, changes: object = {}): CrmContent => ({
  type,
  address: "https://media.example/a/b.bin",
  fileName: "b.bin",
  sizeBytes: 12,
  durationSeconds: 3.4,
  text: "Look",
  ...changes,
});

describe("a file", () => {
  test.each<{ type: MediaKind; seconds: object }>([
    { type: "picture", seconds: {} },
    { type: "file", seconds: {} },
    { type: "sticker", seconds: {} },
    { type: "video", seconds: { media_duration: 3 } },
    { type: "voice", seconds: { media_duration: 3 } },
    { type: "audio", seconds: { media_duration: 3 } },
  ])("of type $type has address, name, size, duration and caption", ({ type, seconds }) => {
    expect(encodeContent(aFile(type))).toEqual({
      type,
      text: "Look",
      media: "https://media.example/a/b.bin",
      file_name: "b.bin",
      file_size: 12,
      ...seconds,
    });
  });

  test.each<{ type: MediaKind; size: object }>([
    { type: "picture", size: { file_size: 0 } },
    { type: "file", size: { file_size: 0 } },
    { type: "video", size: { file_size: 0 } },
    { type: "voice", size: {} },
    { type: "audio", size: {} },
    { type: "sticker", size: {} },
  ])("of type $type and an unknown size has the fields that amoCRM requires", ({ type, size }) => {
    const unknown = { sizeBytes: undefined, durationSeconds: undefined, text: "" };

    expect(encodeContent(aFile(type, unknown))).toEqual({
      type,
      text: "",
      media: "https://media.example/a/b.bin",
      file_name: "b.bin",
      ...size,
    });
  });

  test("with a removed caption has an empty one in its edit", () => {
    const content = aFile("picture", { text: "" });

    expect(payloadOf({ content }, "edit_message")).toMatchObject({
      msgid: "tg-700-42-5",
      message: { type: "picture", text: "", media: "https://media.example/a/b.bin" },
    });
  });
});

test.each<{ content: CrmContent; encoded: object }>([
  { content: { type: "text", text: "Hi" }, encoded: { type: "text", text: "Hi" } },
  {
    content: { type: "location", latitude: 55.5, longitude: 37, text: "Office" },
    encoded: { type: "location", text: "Office", location: { lon: 37, lat: 55.5 } },
  },
  {
    content: { type: "contact", name: "Bob", phone: "+7" },
    encoded: { type: "contact", contact: { name: "Bob", phone: "+7" } },
  },
])("$content.type has the fields of its type", ({ content, encoded }) => {
  expect(encodeContent(content)).toEqual(encoded);
});

describe("the quoted message", () => {
  test.each([
    { repliesTo: { amocrmMessageId: "m1" }, message: { id: "m1" } },
    { repliesTo: { msgid: "tg-700-42-4" }, message: { msgid: "tg-700-42-4" } },
    { repliesTo: { amocrmMessageId: "m1", msgid: "tg-700-42-4" }, message: { id: "m1" } },
  ])("has one id: $repliesTo", ({ repliesTo, message }) => {
    expect(payloadOf({ repliesTo }, "new_message").reply_to).toEqual({ message });
  });

  test.each([undefined, {}])("is left out without an id: %j", (repliesTo) => {
    const payload = payloadOf(repliesTo === undefined ? {} : { repliesTo }, "new_message");

    expect(payload).not.toHaveProperty("reply_to");
  });
});

test("a chosen list entry is sent back as callback_data", () => {
  expect(payloadOf({ choice: "m1" }, "new_message").message).toEqual({
    type: "text",
    text: "Good morning",
    callback_data: "m1",
  });
});

test("a person has their picture in a chat, as sender and as receiver", () => {
  const person = { ...customer, avatarAddress: "https://media.example/a.jpg" };
  const shown = { id: "tg-42", name: "Anna Petrova", avatar: "https://media.example/a.jpg" };

  expect(encodeChat("tg-700-42", person).user).toEqual(shown);
  expect(payloadOf({ customer: person }, "new_message").sender).toEqual(shown);
  expect(payloadOf({ customer: person, from: "bot" }, "new_message").receiver).toEqual(shown);
});

describe("a reaction", () => {
  const reaction = {
    conversationId: "tg-700-42",
    message: { msgid: "tg-700-42-5" },
    customer,
    type: "react",
    emoji: "👍",
  } as const;

  test("has the documented fields", () => {
    const documented = JSON.parse(amocrmFixture("req-react.json")) as object;

    expect(Object.keys(encodeReaction(reaction)).sort()).toEqual(Object.keys(documented).sort());
    expect(encodeReaction(reaction)).toEqual({
      conversation_id: "tg-700-42",
      msgid: "tg-700-42-5",
      user: { id: "tg-42" },
      type: "react",
      emoji: "👍",
    });
  });

  test("to an operator's message names it by amoCRM's id", () => {
    const encoded = encodeReaction({ ...reaction, message: { amocrmMessageId: "m1" } });

    expect(encoded).toMatchObject({ id: "m1" });
    expect(encoded).not.toHaveProperty("msgid");
  });
});
