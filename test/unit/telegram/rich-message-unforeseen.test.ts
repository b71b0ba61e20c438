import { describe, expect, test } from "@jest/globals";
import { contentsOf, wordsOf } from "../../../lambdas/telegram/decode/content.ts";

const shown = (...blocks: readonly unknown[]) => contentsOf({ rich_message: { blocks } });
const textOf = (...blocks: readonly unknown[]) =>
  shown(...blocks)
    .map(wordsOf)
    .join("\n---\n");
const paragraph = (text: unknown) => ({ type: "paragraph", text });
const photo = { type: "photo", photo: [{ file_id: "p1", width: 90, height: 60 }] };

describe("invisible words in a rich message", () => {
  const unseen = "\u200b\u2800";

  test("make it empty", () => {
    expect(shown(paragraph(unseen))).toEqual([{ type: "unsupported", kind: "rich_message" }]);
  });

  test("leave the text next to it as the content", () => {
    const message = { text: "Full answer", rich_message: { blocks: [paragraph(unseen)] } };

    expect(contentsOf(message)).toEqual([{ type: "text", text: "Full answer" }]);
  });

  test("make no message between two photos, and no caption", () => {
    expect(shown(photo, paragraph(unseen), { ...photo, caption: { text: unseen } })).toEqual([
      expect.not.objectContaining({ text: expect.anything() }),
      expect.not.objectContaining({ text: expect.anything() }),
    ]);
  });
});

test("a pinned rich message is read without the text next to it", () => {
  const chat = { id: 42, type: "private" };
  const rich = { rich_message: { blocks: [paragraph("Full answer")] } };

  expect(contentsOf({ pinned_message: { message_id: 3, chat, text: "Full…", ...rich } })).toEqual([
    { type: "unsupported", kind: "pinned_message", text: "Full answer" },
  ]);
});

describe("an unknown field of a known block", () => {
  test.each([
    { block: { ...paragraph("one"), note: "two" }, text: "one\ntwo" },
    { block: { type: "divider", title: "two" }, text: "———\ntwo" },
    { block: { type: "heading", text: "one", size: 1, subtitle: ["two"] }, text: "one\ntwo" },
    { block: { type: "anchor", name: "top", note: "two" }, text: "two" },
    {
      block: { ...photo, caption: { text: "one", source: "two" }, description: "three" },
      text: "one\n---\ntwo\nthree",
    },
    {
      block: {
        type: "list",
        items: [{ label: "1.", value: 1, blocks: [paragraph("one")], tip: "two" }],
      },
      text: "1. one\n  two",
    },
    {
      block: { type: "table", cells: [[{ text: "one", footnote: "two" }, { text: "x" }]] },
      text: "one | x\ntwo",
    },
    {
      block: { type: "blockquote", blocks: [paragraph("one")], credit: "two", source: "three" },
      text: "> one\n> — two\nthree",
    },
  ])("is shown after it: $block", ({ block, text }) => {
    expect(textOf(block)).toBe(text);
  });

  test("is carried over when it is a file", () => {
    const film = { file_id: "film", mime_type: "video/mp4" };

    expect(shown({ ...photo, film })).toMatchObject([
      { media: { source: "p1" } },
      { media: { kind: "video", source: "film" } },
    ]);
  });
});

describe("a known block of another form", () => {
  test.each([
    { block: { type: "paragraph", blocks: [paragraph("one")] }, text: "one" },
    { block: { type: "blockquote", blocks: "one" }, text: "> one" },
    { block: { type: "details", summary: "one", blocks: paragraph("two") }, text: "one\ntwo" },
    { block: { type: "list", items: "one" }, text: "one" },
    { block: { type: "list", items: [{ label: "1.", blocks: paragraph("one") }] }, text: "1. one" },
    { block: { type: "list", items: [{ label: "1.", text: "one" }] }, text: "1. one" },
    { block: { type: "table", cells: { head: [{ text: "one" }] } }, text: "one" },
    {
      block: { type: "table", cells: [{ text: "one" }, "two", ["three"]] },
      text: "one\ntwo\nthree",
    },
    { block: { type: "buttons", buttons: { text: "one" } }, text: "one" },
  ])("loses no text: $block", ({ block, text }) => {
    expect(textOf(block)).toBe(text);
  });

  test("loses no file", () => {
    expect(
      shown(
        { type: "collage", photos: [photo.photo] },
        { type: "photo", photo: { sizes: photo.photo }, caption: { text: "the scratch" } },
      ),
    ).toMatchObject([
      { type: "media", media: { source: "p1" } },
      { type: "unsupported", kind: "photo", text: "the scratch" },
      { type: "media", media: { source: "p1" } },
    ]);
  });

  test("of a map without a place shows the text given instead of the place", () => {
    const venue = { title: "Cafe", location: { latitude: 3, longitude: 4 } };

    expect(shown({ type: "map", venue })).toEqual([
      { type: "unsupported", kind: "location" },
      { type: "text", text: "Cafe" },
      { type: "location", latitude: 3, longitude: 4 },
    ]);
  });
});

describe("a picture in the middle of a text", () => {
  const icon = { type: "icon", document: { file_id: "i1", mime_type: "image/png" } };

  test.each([
    { name: "a paragraph", block: paragraph(["See ", icon, " here"]) },
    {
      name: "a table's cell",
      block: { type: "table", cells: [[{ text: ["See ", icon, " here"] }]] },
    },
    { name: "a summary", block: { type: "details", summary: ["See ", icon, " here"], blocks: [] } },
  ])("of $name comes after its line", ({ block }) => {
    expect(shown(block)).toMatchObject([
      { type: "text", text: expect.stringMatching(/^See +here$/) },
      { type: "media", media: { kind: "file", source: "i1" } },
    ]);
  });

  test("of a caption comes after its file", () => {
    expect(shown({ ...photo, caption: { text: ["See ", icon] } })).toMatchObject([
      { type: "media", media: { source: "p1" }, text: expect.stringMatching(/^See/) },
      { type: "media", media: { source: "i1" } },
    ]);
  });
});

describe("the text of a rich message", () => {
  test("marks every line of a quotation, including the blank one above a heading", () => {
    const heading = { type: "heading", text: "Terms", size: 2 };

    expect(textOf({ type: "blockquote", blocks: [paragraph("one"), heading] })).toBe(
      "> one\n>\n> Terms",
    );
  });

  test("has a row for a table row that holds only lines", () => {
    expect(textOf({ type: "table", cells: [[{ text: "||" }], [{}, {}], [{ text: "x" }]] })).toBe(
      "||\nx",
    );
  });

  test("names a person in the form used to write to them", () => {
    expect(textOf(paragraph({ type: "mention", text: "Ivan", username: "ivan_petrov" }))).toBe(
      "Ivan (@ivan_petrov)",
    );
  });

  test("makes no message of a bullet without words before a file, but of a number and a box", () => {
    const items = [
      { label: "•", blocks: [photo] },
      { label: "2.", blocks: [photo] },
      { label: "•", has_checkbox: true, blocks: [photo] },
    ];

    expect(shown({ type: "list", items }).map(wordsOf)).toEqual(["", "2.", "", "☐", ""]);
  });

  test("has a video that is too large for bots in its largest smaller form", () => {
    const qualities = [{ file_id: "small", file_size: 1_000_000, width: 640, height: 480 }];
    const video = { file_id: "large", file_size: 30_000_000, qualities };

    expect(shown({ type: "video", video })).toMatchObject([{ media: { source: "small" } }]);
  });

  test("is read as fast with a million blanks as with letters", () => {
    const blanks = " ".repeat(1_000_000);
    const text = `a${blanks}\n${blanks}b`;

    const all = textOf(paragraph(text), { type: "table", cells: [[{ text }]] });

    expect(all.match(/[ab]/g)).toEqual(["a", "b", "a", "b"]);
  });
});
