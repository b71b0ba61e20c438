import { describe, expect, test } from "@jest/globals";
import { decodeHook } from "../../../lambdas/amocrm/decode/hook.ts";
import { anAmocrmHook, bytesOf } from "../../support/bodies.ts";
import { scopeId } from "../../support/events.ts";

const decode = (message: Readonly<Record<string, unknown>>) =>
  decodeHook(bytesOf(anAmocrmHook(message)), scopeId);
const quoted = {
  id: "q1",
  type: "text",
  text: "Is it there?",
  media: "",
  timestamp: 1_700_000_000,
  msec_timestamp: 1_700_000_000_000,
  sender: { id: "amojo-user", name: "Anna" },
};
const picture = {
  ...quoted,
  type: "picture",
  text: "The box",
  media: "https://amojo.amocrm.ru/attachments/box.jpg",
  file_name: "box.jpg",
  file_size: 5,
};

describe("a quote", () => {
  test.each([
    { name: "a text", message: quoted, text: "Is it there?" },
    { name: "a file", message: picture, text: "[picture: box.jpg] The box" },
    { name: "a nameless file", message: { ...picture, file_name: "" }, text: "[picture] The box" },
    { name: "a sticker", message: { ...quoted, type: "sticker", text: "" }, text: "[sticker]" },
    { name: "a file without a type", message: { media: "x", id: "q1" }, text: "[file]" },
    { name: "only an id", message: { id: "q1" }, text: "" },
    { name: "malformed content", message: { id: "q1", text: ["x"], media: {} }, text: "" },
  ])("of $name has the message and its text", ({ message, text }) => {
    expect(decode({ reply_to: { message } })).toMatchObject({
      content: { type: "text", text: "How can we help?" },
      quote: { amocrmMessageId: "q1", text },
    });
  });

  test.each([{ msgid: "tg-700-42-5" }, { client_id: "tg-700-42-5" }])(
    "has the bridge's message id when it is given: %j",
    (ours) => {
      expect(decode({ reply_to: { message: { ...quoted, ...ours } } })).toMatchObject({
        quote: { amocrmMessageId: "q1", msgid: "tg-700-42-5" },
      });
    },
  );

  test.each([null, [], {}, "x", { message: null }, { message: [] }, { message: {} }])(
    "is absent when it is %j",
    (replyTo) => {
      expect(decode({ reply_to: replyTo, forwards: replyTo })).toEqual(decode({}));
    },
  );

  test("is also read next to a file", () => {
    expect(decode({ ...picture, reply_to: { message: quoted } })).toMatchObject({
      content: { type: "media", text: "The box" },
      quote: { amocrmMessageId: "q1", text: "Is it there?" },
    });
  });
});

describe("a forward", () => {
  const forwards = { messages: [picture], conversation_ref_id: "another" };

  test("with a text of the operator is the text's quote", () => {
    expect(decode({ forwards })).toMatchObject({
      content: { type: "text", text: "How can we help?" },
      quote: { amocrmMessageId: "q1", text: "[picture: box.jpg] The box" },
    });
  });

  test("without a text is the forwarded content", () => {
    const event = decode({ forwards, text: "" });

    expect(event).toMatchObject({
      amocrmMessageId: "amojo-message",
      content: {
        type: "media",
        media: { kind: "picture", source: picture.media, fileName: "box.jpg", sizeBytes: 5 },
        text: "The box",
      },
    });
    expect(event).not.toHaveProperty("quote");
  });

  test.each([" ", "\u200b"])("with an invisible text is the forwarded content: %j", (text) => {
    expect(decode({ forwards, text })).toEqual(decode({ forwards, text: "" }));
  });

  test("of equal messages has each of them", () => {
    const lines = ["yes", "yes", "no", "yes"];
    const messages = lines.map((text, index) => ({ id: `f${index}`, type: "text", text }));
    const files = [1, 2].map((id) => ({ ...picture, id: `p${id}`, text: "" }));

    expect(decode({ forwards: { messages }, text: "" })).toMatchObject({
      content: { type: "text", text: "yes\nyes\nno\nyes" },
    });
    expect(decode({ forwards: { messages: [...messages, ...files] }, text: "" })).toMatchObject({
      content: {
        type: "media",
        media: { kind: "picture", source: picture.media },
        text: `yes\nyes\nno\nyes\n[picture: box.jpg] ${picture.media}`,
      },
    });
    expect(decode({ forwards: { messages }, text: "So?" })).toMatchObject({
      quote: { text: "yes\nyes\nno\nyes" },
    });
  });

  test("of several messages has each of them, and the file of the first that has one", () => {
    const media = { kind: "picture", source: picture.media };

    expect(decode({ forwards: { messages: [quoted, picture] }, text: "" })).toMatchObject({
      content: { type: "media", media, text: "Is it there?\nThe box" },
    });
    expect(decode({ forwards: { messages: [picture, picture, quoted] }, text: "" })).toMatchObject({
      content: {
        type: "media",
        media,
        text: `The box\n[picture: box.jpg] ${picture.media} The box\nIs it there?`,
      },
    });
  });

  test.each([
    { type: "shared_post", text: "Chairs", media: "" },
    { type: "picture", text: "Chairs", media: "" },
  ])("of a message with more than text sends the text and names the rest", (message) => {
    const messages = [quoted, { ...quoted, ...message }];

    expect(decode({ forwards: { messages: [messages[1]] }, text: "" })).toMatchObject({
      content: { type: "unsupported", kind: message.type, text: "Chairs" },
    });
    expect(decode({ forwards: { messages }, text: "" })).toMatchObject({
      content: { type: "text", text: `Is it there?\n[${message.type}] Chairs` },
    });
  });
});
