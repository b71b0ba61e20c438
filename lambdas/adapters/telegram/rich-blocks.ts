import type { Media, MessageContent } from "../../model/content.ts";
import { isObject, valueAt } from "../untrusted.ts";
import { asMedia, placeIn, readAnimation, readAudio, readPhoto } from "./media.ts";
import { nothing, Page, Place, walk } from "./page.ts";
import type { Step } from "./page.ts";
import { renderText } from "./entities.ts";
import { present } from "./present.ts";
import { buttonText, richText } from "./rich-text.ts";
import { lookInto } from "./texts-within.ts";

type Fields = Readonly<Record<string, unknown>>;
type Write = (block: Fields, place: Place, page: Page) => readonly Step[];

/**
 * What a rich message says, every level of it: texts, and between them its files and places, each a
 * message of its own. Never throws; of a block of an unknown form all that is in it is told.
 * @see https://core.telegram.org/bots/api#richmessage
 */
export function contentsOfRichMessage(message: unknown): readonly MessageContent[] {
  return contentsWithin(message);
}

/** The words, files and places within a value of any form, in their order. */
export function contentsWithin(value: unknown): readonly MessageContent[] {
  const page = new Page();
  walk([() => lookAt(value, new Place(), page)]);
  return page.contents();
}

function lookAt(value: unknown, place: Place, page: Page): readonly Step[] {
  const readField = (field: string, inner: unknown, at: Place) => {
    if (field === "blocks" && Array.isArray(inner)) return blocks(inner, at, page);
    if (field === "caption" && isObject(inner)) return captionLine(inner, at, page);
    if (field === "text" && isObject(inner)) page.write(richText(inner), at);
    return field === "text" && isObject(inner) ? nothing : undefined;
  };
  return lookInto(value, "", place, { page, readField });
}

function blocks(value: unknown, place: Place, page: Page): readonly Step[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : [];
  return all.map((each) => () => {
    const type = valueAt(each, "type");
    const write = typeof type === "string" ? writers.get(type) : undefined;
    return isObject(each) && write !== undefined
      ? write(each, place, page)
      : lookAt(each, place, page);
  });
}

const writers: ReadonlyMap<string, Write> = new Map<string, Write>([
  ["paragraph", ({ text }, place, page) => line(richText(text), place, page)],
  ["footer", ({ text }, place, page) => line(richText(text), place, page)],
  ["thinking", ({ text }, place, page) => line(richText(text), place, page)],
  ["heading", heading],
  ["pre", preformatted],
  ["divider", (_block, place, page) => line("———", place, page)],
  ["anchor", () => nothing],
  [
    "mathematical_expression",
    ({ expression }, place, page) => line(richText(expression), place, page),
  ],
  ["list", ({ items }, place, page) => list(items, place, page)],
  ["blockquote", quotation],
  ["expandable_blockquote", quotation],
  ["pullquote", quotation],
  ["collage", (block, place, page) => gallery(block, place, page)],
  ["slideshow", (block, place, page) => gallery(block, place, page)],
  ["table", table],
  ["details", details],
  ["map", file("location", () => undefined)],
  ["photo", file("photo", readPhoto)],
  ["video", file("video", asMedia("video"))],
  ["animation", file("animation", readAnimation)],
  ["audio", file("audio", readAudio)],
  ["document", file("document", asMedia("file"))],
  ["voice_note", file("voice_note", asMedia("voice"))],
  ["buttons", ({ buttons }, place, page) => line(joined(buttons, buttonText), place, page)],
]);

function line(words: string, place: Place, page: Page): readonly Step[] {
  page.write(words, place);
  return nothing;
}

function heading({ text }: Fields, place: Place, page: Page): readonly Step[] {
  page.skipLine();
  return line(richText(text), place, page);
}

function preformatted({ text, language }: Fields, place: Place, page: Page): readonly Step[] {
  const code = richText(text);
  const entity = { type: "pre", offset: 0, length: code.length, language };
  page.writeLabel(place);
  return line(renderText(code, [entity]), place, page);
}

/** The label is made by Telegram; a box to tick stands for a bullet and beside a number. */
function list(value: unknown, place: Place, page: Page): readonly Step[] {
  page.writeLabel(place);
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  return items.map((item) => () => {
    if (!isObject(item)) return lookAt(item, place, page);
    const {
      label,
      value: number,
      blocks: inner,
      has_checkbox: hasBox,
      is_checked: isChecked,
    } = item;
    const made = typeof number === "number" ? `${number}.` : "•";
    const given = typeof label === "string" && label.trim() !== "" ? label : made;
    const box = isChecked === true ? "☑" : "☐";
    const isBullet = !/[\p{L}\p{N}]/u.test(given);
    const shown = hasBox !== true ? given : isBullet ? box : `${given} ${box}`;
    const inside = place.inside("  ", shown);
    const { label: _label, ...rest } = item;
    return [
      () => (Array.isArray(inner) ? blocks(inner, inside, page) : lookAt(rest, inside, page)),
      () => labelOf(inside, page),
    ];
  });
}

/** An item of which nothing else has been written. */
function labelOf(place: Place, page: Page): readonly Step[] {
  page.writeLabel(place);
  return nothing;
}

function quotation(block: Fields, place: Place, page: Page): readonly Step[] {
  page.writeLabel(place);
  const inside = place.inside("> ");
  return [
    () => line(richText(block["text"]), inside, page),
    () => blocks(block["blocks"], inside, page),
    () => line(credited(block["credit"]), inside, page),
  ];
}

function gallery(block: Fields, place: Place, page: Page): readonly Step[] {
  return [
    () => blocks(block["blocks"], place, page),
    () => captionLine(block["caption"], place, page),
  ];
}

function table({ caption, cells }: Fields, place: Place, page: Page): readonly Step[] {
  page.writeLabel(place);
  page.write(captionText(caption), place);
  const rows: readonly unknown[] = Array.isArray(cells) ? cells : [];
  return rows.map((row) => () => {
    const texts = joined(row, (cell) =>
      oneLine(isObject(cell) ? richText(cell["text"]) : richText(cell)),
    );
    return line(texts.replaceAll("|", "").trim() === "" ? "" : texts, place, page);
  });
}

function details({ summary, blocks: inner }: Fields, place: Place, page: Page): readonly Step[] {
  page.write(richText(summary), place);
  return blocks(inner, place, page);
}

/** A file or a place with its caption; one that cannot be read is named, so that it does not vanish. */
function file(field: string, read: (value: unknown) => Media | undefined): Write {
  return (block, place, page) => {
    const text = captionText(block["caption"]) || undefined;
    const media = read(block[field]);
    const found = media === undefined ? placeIn(block[field]) : { type: "media" as const, media };
    const named = { type: "unsupported" as const, kind: field };
    page.put({ ...(found ?? named), ...present({ text }) }, place);
    return nothing;
  };
}

function captionLine(caption: unknown, place: Place, page: Page): readonly Step[] {
  return line(captionText(caption), place, page);
}

/** A caption is a text, or a text with a credit. @see https://core.telegram.org/bots/api#richblockcaption */
function captionText(caption: unknown): string {
  const isText = !isObject(caption) || caption["type"] !== undefined;
  const lines = isText
    ? [richText(caption)]
    : [richText(caption["text"]), credited(caption["credit"])];
  return lines.filter((each) => each.trim() !== "").join("\n");
}

function credited(credit: unknown): string {
  const words = richText(credit);
  return words.trim() === "" ? "" : `— ${words}`;
}

function joined(parts: unknown, textOf: (part: unknown) => string): string {
  const all: readonly unknown[] = Array.isArray(parts) ? parts : [];
  return all.map(textOf).join(" | ");
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ");
}
