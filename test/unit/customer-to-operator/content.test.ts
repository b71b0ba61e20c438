import { describe, expect, test } from "@jest/globals";
import { crmContentOf } from "../../../lambdas/customer-to-operator/content.ts";
import type { KeptFile, CustomerEvent } from "../../../lambdas/model/message.ts";
import { catalogue } from "../../../lambdas/texts/texts.ts";
import type { MessageContent } from "../../../lambdas/model/content.ts";

const text: MessageContent = { type: "text", text: "See below" };
const photo: Extract<MessageContent, { type: "media" }> = {
  type: "media",
  media: { kind: "picture", source: "file-1", sizeBytes: 2048, durationSeconds: 3 },
  text: "My receipt",
};
const show = (
  content: MessageContent,
  changes: Partial<Pick<CustomerEvent, "forwardedFrom" | "quote">> = {},
  { inWords = false, kept = { path: "secret.jpg" } as KeptFile } = {},
) =>
  crmContentOf(
    { content, ...changes },
    { texts: catalogue.en, inWords, kept, addressOf: (path) => `https://media.example/${path}` },
  );
const quote = { from: "customer", text: "When\nexactly?", isPart: false } as const;

describe("the text of a customer's message in amoCRM", () => {
  test("names the original author of a forwarded message", () => {
    expect(show(text, { forwardedFrom: "Ann" })).toEqual({
      type: "text",
      text: "Forwarded from Ann:\nSee below",
    });
  });

  test("has the quote when amoCRM cannot show it", () => {
    const shown = show(text, { quote }, { inWords: true });

    expect(shown).toEqual({ type: "text", text: "> When exactly?\nSee below" });
  });

  test.each([
    { about: { kind: "photo", whose: "Shop bot" }, line: "> [photo] Shop bot" },
    {
      about: { kind: "photo", whose: "Shop", link: "https://t.me/shop_news/4" },
      line: "> [photo] Shop https://t.me/shop_news/4",
    },
    {
      about: { whose: "Maria", text: "Half\nprice", link: "https://t.me/m_news/4" },
      line: "> Maria: Half price https://t.me/m_news/4",
    },
    { about: { kind: "voice" }, line: "> [voice]" },
  ])("describes a quoted message without text: $line", ({ about, line }) => {
    const answered = { from: "another-chat", text: "", isPart: false, ...about } as const;

    expect(show(text, { quote: answered }, { inWords: true })).toEqual({
      type: "text",
      text: `${line}\nSee below`,
    });
  });

  test("leaves the quote to amoCRM when amoCRM can show it, except a chosen part", () => {
    expect(show(text, { quote })).toMatchObject({ text: "See below" });
    expect(show(text, { quote: { ...quote, isPart: true } })).toMatchObject({
      text: "> When exactly?\nSee below",
    });
  });

  test("shortens a long quote, never inside a character", () => {
    const long = { ...quote, text: "🙂".repeat(200) };

    const shown = show(text, { quote: long }, { inWords: true });

    expect(shown).toMatchObject({ text: `> ${"🙂".repeat(100)}…\nSee below` });
  });

  test("has no empty line when it is empty and has a quote", () => {
    expect(show(text, { quote: { ...quote, text: " " } }, { inWords: true })).toEqual(text);
  });
});

describe("a customer's file in amoCRM", () => {
  test("has its address, a name, size and duration, and its caption", () => {
    expect(show(photo, { forwardedFrom: "Ann" })).toEqual({
      type: "picture",
      address: "https://media.example/secret.jpg",
      fileName: "picture.jpg",
      sizeBytes: 2048,
      durationSeconds: 3,
      text: "Forwarded from Ann:\nMy receipt",
    });
  });

  test("without a name has its kind as the name", () => {
    for (const fileName of [undefined, ""]) {
      const named = { ...photo.media, ...(fileName === undefined ? {} : { fileName }) };

      expect(show({ ...photo, media: named })).toMatchObject({ fileName: "picture.jpg" });
    }
  });

  test.each([
    { why: "tooLarge", says: "too large" },
    { why: "unavailable", says: "could not be carried over" },
  ] as const)("that is $why is named with its size, and keeps its caption", ({ why, says }) => {
    const shown = show(photo, {}, { kept: { why } });

    expect(shown).toMatchObject({ type: "text", text: expect.stringContaining(says) });
    expect(shown).toMatchObject({
      text: expect.stringMatching(/^\[picture · 2 kB\] .*\nMy receipt$/),
    });
  });
});

describe("other content in amoCRM", () => {
  test("a location is a location with its text", () => {
    const place = { type: "location", latitude: 55.7, longitude: 37.6, text: "Office" } as const;

    expect(show(place)).toEqual(place);
    expect(show({ type: "location", latitude: 1, longitude: 2 })).toMatchObject({ text: "" });
  });

  test.each([
    { live: "begun", text: "Live location started here." },
    { live: "ended", text: "Live location ended here." },
  ] as const)("a place that moves says so: $live", ({ live, text }) => {
    const place = { type: "location", latitude: 1, longitude: 2, live } as const;

    expect(show(place)).toMatchObject({ latitude: 1, text });
  });

  test("a contact is a contact, and a text when it has more content", () => {
    const contact = { type: "contact", name: "Ann", phone: "+1" } as const;

    expect(show(contact)).toEqual(contact);
    expect(show(contact, { forwardedFrom: "Bob" })).toEqual({
      type: "text",
      text: "Forwarded from Bob:\nAnn +1",
    });
  });

  test("an unsupported kind is named, with its text", () => {
    expect(show({ type: "unsupported", kind: "game", text: "Chess" })).toEqual({
      type: "text",
      text: "[game] Chess",
    });
  });
});
