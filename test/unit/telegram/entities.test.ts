import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { renderText } from "../../../lambdas/telegram/decode/entities.ts";

/** An entity of that type over the first place in a text. */
const over = (text: string, words: string, type: string, more = {}) => ({
  type,
  offset: text.indexOf(words),
  length: words.length,
  ...more,
});

describe("a text with formatted parts", () => {
  test.each([
    {
      type: "text_link",
      more: { url: "https://a.example/x" },
      shown: "see here (https://a.example/x) now",
    },
    { type: "text_link", more: { url: "http://here/" }, shown: "see here now" },
    {
      type: "text_mention",
      more: { user: { id: 7, username: "ivan" } },
      shown: "see here (@ivan) now",
    },
    { type: "text_mention", more: { user: { id: 7 } }, shown: "see here (tg://user?id=7) now" },
    { type: "code", more: {}, shown: "see `here` now" },
    { type: "spoiler", more: {}, shown: "see ||here|| now" },
    { type: "strikethrough", more: {}, shown: "see ~~here~~ now" },
    {
      type: "date_time",
      more: { unix_time: 1_647_531_900 },
      shown: "see here (2022-03-17T15:45:00.000Z) now",
    },
    { type: "custom_emoji", more: { custom_emoji_id: "5" }, shown: "see here now" },
    { type: "bold", more: {}, shown: "see here now" },
    {
      type: "hologram_link",
      more: { url: "https://a.example" },
      shown: "see here (https://a.example) now",
    },
    { type: "pre", more: { language: "sh" }, shown: "see \n```sh\nhere\n```\n now" },
    { type: "blockquote", more: {}, shown: "see \n> here\n now" },
  ])("shows $type as $shown", ({ type, more, shown }) => {
    const text = "see here now";

    expect(renderText(text, [over(text, "here", type, more)])).toBe(shown);
  });

  test("marks every line of a quotation and leaves line breaks in place", () => {
    const text = "He wrote\none\ntwo\nand left";

    const shown = renderText(text, [over(text, "one\ntwo", "expandable_blockquote")]);

    expect(shown).toBe("He wrote\n> one\n> two\nand left");
  });

  test("shows every link target, however many there are", () => {
    const urls = Array.from({ length: 700 }, (_, at) => `https://a.example/${at}`);
    const entities = urls.map((url, at) => ({ type: "text_link", offset: at, length: 1, url }));

    const shown = renderText("x".repeat(700), entities);

    expect(shown).toBe(urls.map((url) => `x (${url})`).join(""));
  });

  test("wraps code that has a backtick in two backticks", () => {
    expect(renderText("a`b", [{ type: "code", offset: 0, length: 3 }])).toBe("``a`b``");
  });

  test("shows nested parts nested and adjacent parts separately", () => {
    const text = "abcdef";
    const entities = [
      { type: "spoiler", offset: 0, length: 4 },
      { type: "strikethrough", offset: 2, length: 2 },
      { type: "text_link", offset: 4, length: 2, url: "https://x.example" },
    ];

    expect(renderText(text, entities)).toBe("||ab~~cd~~||ef (https://x.example)");
  });

  test("counts offsets in UTF-16 units", () => {
    const text = "👨‍👩‍👧 here";

    expect(renderText(text, [over(text, "here", "code")])).toBe("👨‍👩‍👧 `here`");
  });

  test("does not split a surrogate pair when an entity covers half of it", () => {
    expect(renderText("👍", [{ type: "code", offset: 1, length: 1 }])).toBe("`👍`");
  });

  test.each([
    { name: "missing", entities: undefined },
    { name: "not a list", entities: "bold" },
    { name: "not objects", entities: [1, null, []] },
    { name: "without a length", entities: [{ type: "code", offset: 0, length: 0 }] },
    { name: "out of the text's range", entities: [{ type: "code", offset: 99, length: 3 }] },
    { name: "not numbers", entities: [{ type: "code", offset: "0", length: 3 }] },
    {
      name: "a date out of range",
      entities: [{ type: "date_time", offset: 0, length: 3, unix_time: 9e15 }],
    },
  ])("is shown unchanged when the entities are: $name", ({ entities }) => {
    expect(renderText("text", entities)).toBe("text");
  });
});

const anEntity = fc.record({
  type: fc.constantFrom(
    "text_link",
    "code",
    "pre",
    "spoiler",
    "blockquote",
    "bold",
    "strikethrough",
  ),
  offset: fc.integer({ min: -5, max: 40 }),
  length: fc.integer({ min: -5, max: 40 }),
  url: fc.constant("https://x.example"),
});

describe("a text with arbitrary entities", () => {
  test("loses no character and moves none", () => {
    const texts = fc.string({ unit: fc.constantFrom("a", "б", "👍", "\n", " ") });
    fc.assert(
      fc.property(texts, fc.array(anEntity), (text, entities) => {
        const marks = /\n?```\n?| \(https:\/\/x\.example\)|`|\|\||~~|> /g;
        const shown = renderText(text, entities).replaceAll(marks, "");

        expect(shown.replaceAll("\n", "")).toBe(text.replaceAll("\n", ""));
      }),
    );
  });
});
