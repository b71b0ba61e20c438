import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { wordsOf } from "../../../lambdas/telegram/decode/content.ts";
import { decodeUpdate } from "../../../lambdas/telegram/decode/update.ts";
import type { MessageContent } from "../../../lambdas/model/content.ts";
import { aTelegramUpdate, bytesOf } from "../../support/bodies.ts";
import { botId } from "../../support/events.ts";

const contentsOf = (update: unknown): readonly MessageContent[] => {
  const event = decodeUpdate(update instanceof Uint8Array ? update : bytesOf(update), botId);
  return "content" in event ? [event.content, ...(event.further ?? [])] : [];
};
const shown = (...blocks: readonly unknown[]) =>
  contentsOf(aTelegramUpdate({ text: undefined, rich_message: { blocks } }));
const textOf = (...blocks: readonly unknown[]) =>
  shown(...blocks)
    .map(wordsOf)
    .join("\n---\n");
const field = (name: string) =>
  readFileSync(new URL(`../../fixtures/field/${name}.json`, import.meta.url));
const paragraph = (text: string) => ({ type: "paragraph", text });
const photo = { type: "photo", photo: [{ file_id: "p1", width: 90, height: 60 }] };

describe("a rich message", () => {
  test.each([
    { block: { type: "heading", text: "Order", size: 1 }, text: "Order" },
    { block: { type: "footer", text: "See you" }, text: "See you" },
    { block: { type: "pre", text: "a\n  b", language: "sh" }, text: "```sh\na\n  b\n```" },
    { block: { type: "divider" }, text: "———" },
    { block: { type: "mathematical_expression", expression: "e = mc^2" }, text: "e = mc^2" },
    {
      block: { type: "pullquote", text: "Less\nis more", credit: "Ann" },
      text: "> Less\n> is more\n> — Ann",
    },
    { block: { type: "expandable_blockquote", text: "Long" }, text: "> Long" },
    {
      block: {
        type: "blockquote",
        blocks: [paragraph("one"), { type: "blockquote", blocks: [paragraph("two")] }],
      },
      text: "> one\n> > two",
    },
    {
      block: { type: "details", summary: "Terms", blocks: [paragraph("None")] },
      text: "Terms\nNone",
    },
    {
      block: {
        type: "list",
        items: [
          { label: "1.", value: 1, blocks: [paragraph("One"), paragraph("and more")] },
          {
            label: "2.",
            value: 2,
            has_checkbox: true,
            is_checked: true,
            blocks: [paragraph("Two")],
          },
        ],
      },
      text: "1. One\n  and more\n2. ☑ Two",
    },
    {
      block: {
        type: "table",
        caption: ["Prices"],
        cells: [
          [
            { text: "Chair", is_header: true, align: "left", valign: "top" },
            { align: "right", valign: "top" },
          ],
          [{ text: "red\nor blue" }, { text: "2", colspan: 2 }],
        ],
      },
      text: "Prices\nChair |\nred or blue | 2",
    },
    {
      block: {
        type: "buttons",
        align: "center",
        buttons: [
          { text: "Shop", url: "https://shop.example" },
          { text: "Buy", callback_data: "secret" },
        ],
      },
      text: "Shop (https://shop.example) | Buy",
    },
    { block: { type: "anchor", name: "top" }, text: "after" },
    {
      block: {
        type: "hologram",
        depth: 3,
        align: "left",
        note: ["seen ", { type: "bold", text: "twice" }],
      },
      text: "seen twice",
    },
  ])("shows $block.type", ({ block, text }) => {
    expect(textOf(block, paragraph("after")).replace(/\n?after$/, "")).toBe(
      text.replace(/\n?after$/, ""),
    );
  });

  test("has a blank line above a heading, but not above the first", () => {
    expect(
      textOf({ type: "heading", text: "A", size: 1 }, paragraph("x"), {
        type: "heading",
        text: "B",
        size: 2,
      }),
    ).toBe("A\nx\n\nB");
  });

  test("gives its files and places in order, with the text between them in its place", () => {
    const list = {
      type: "list",
      items: [{ label: "1.", blocks: [photo, paragraph("the scratch")] }],
    };
    const collage = {
      type: "collage",
      blocks: [photo, photo],
      caption: { text: "both", credit: "Ann" },
    };

    expect(shown(paragraph("Broken:"), list, collage)).toMatchObject([
      { type: "text", text: "Broken:\n1." },
      { type: "media", media: { kind: "picture", source: "p1" } },
      { type: "text", text: "  the scratch" },
      { type: "media" },
      { type: "media" },
      { type: "text", text: "both\n— Ann" },
    ]);
  });

  test("names an unreadable file", () => {
    expect(shown({ type: "video", video: {}, caption: { text: "the scratch" } })).toEqual([
      { type: "unsupported", kind: "video", text: "the scratch" },
    ]);
  });

  test("carries the files of unknown blocks", () => {
    const block = {
      type: "hologram",
      hologram: { file_id: "h1", mime_type: "video/mp4", thumbnail: { file_id: "t" } },
    };

    expect(shown(block)).toMatchObject([{ type: "media", media: { kind: "video", source: "h1" } }]);
  });

  test("without a known form falls back to the text next to it, else to its name", () => {
    const beside = (rich: unknown, text?: string) =>
      contentsOf(aTelegramUpdate({ text, rich_message: rich }));

    expect(beside({ blocks: [] }, "Full answer")).toEqual([{ type: "text", text: "Full answer" }]);
    expect(beside(7)).toMatchObject([{ type: "text", text: "7" }]);
    expect(beside({})).toEqual([{ type: "unsupported", kind: "rich_message" }]);
  });

  test("is not a command even when the text next to it is one", () => {
    const update = aTelegramUpdate({
      text: "/start",
      rich_message: { blocks: [paragraph("Hello")] },
    });

    expect(decodeUpdate(bytesOf(update), botId)).not.toHaveProperty("command");
  });
});

describe("a recorded customer message", () => {
  test.each([
    {
      name: "rich-message-meaning",
      texts: ["Old price ~~100~~ now 80\n☑ Paid\n☐ Shipped\nChair | 2"],
    },
    {
      name: "rich-message-nested-list",
      texts: ["Order:\n• Furniture\n  • Chairs\n    • red x2\n    • blue x3"],
    },
    { name: "rich-message-beside-text", texts: ["Please cancel order 12 and refund to card"] },
    { name: "rich-message-only-photo", texts: [""] },
    {
      name: "rich-message-files",
      texts: ["The chair came broken:", "the scratch", "", "", "", ""],
    },
    {
      name: "poll-with-picture",
      texts: ["Which one?\nSee the picture\n○ A\n○ B\nB is cheaper", ""],
    },
  ])("$name", ({ name, texts }) => {
    expect(contentsOf(field(name)).map(wordsOf)).toEqual(texts);
  });

  test("loses no word of a long message", () => {
    const words = contentsOf(field("rich-message-long")).map(wordsOf).join("\n");
    const sent = field("rich-message-long")
      .toString()
      .match(/word \d+/g);

    expect(words.match(/word \d+/g)).toEqual(sent);
  });
});
