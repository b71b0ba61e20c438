import type { Media, MessageContent } from "../../model/content.ts";
import { canBeSeen } from "../../model/visible-name.ts";
import { isObject, valueAt } from "../../http/untrusted.ts";
import type { Fields } from "../../http/untrusted.ts";
import { fileReaders, placeIn } from "./media.ts";
import { nothing, Page, Place, walk, buttonText, richText } from "./rich-text.ts";
import type { Step } from "./rich-text.ts";
import { renderText } from "./entities.ts";
import { omitUndefined } from "./wire.ts";
import { lookInto } from "./texts-within.ts";

type Write = (block: Fields, place: Place, page: Page) => readonly Step[];

/**
 * The contents of a rich message, or of a value of any form, with all its levels: texts, and between them its
 * files and places, each as a message of its own. Never throws. From a block of an unknown form the result
 * has everything within it.
 * @see https://core.telegram.org/bots/api#richmessage
 */
export function contentsWithin(value: unknown): readonly MessageContent[] {
  const page = new Page();
  walk([() => lookAt(value, new Place(), page)]);
  return page.contents();
}

function lookAt(value: unknown, place: Place, page: Page): readonly Step[] {
  const readField = (field: string, inner: unknown, at: Place, holder: Fields) => {
    // Next to `rich_message`, `text` is only a fallback for clients that do not know rich messages.
    if (field === "text" && isSome(valueAt(holder["rich_message"], "blocks"))) return nothing;
    if (field === "blocks" && Array.isArray(inner)) return blocks(inner, at, page);
    if (field === "caption" && isObject(inner)) return captionLine(inner, at, page);
    if (field === "text" && isObject(inner)) page.write(richText(inner, page), at);
    return field === "text" && isObject(inner) ? nothing : undefined;
  };
  return lookInto(value, "", place, { page, readField });
}

function isSome(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function blocks(value: unknown, place: Place, page: Page): readonly Step[] {
  return listOf(value).map((each) => () => {
    const type = valueAt(each, "type");
    const form = typeof type === "string" ? forms.get(type) : undefined;
    if (!isObject(each) || form === undefined) return lookAt(each, place, page);
    return [() => form.write(each, place, page), () => others(each, form.reads, place, page)];
  });
}

/** How to write a block, and the fields that this reads. The block's other fields follow it. */
type Form = { readonly reads: ReadonlySet<string>; readonly write: Write };

const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  ...["paragraph", "footer", "thinking"].map((kind) => [kind, reading("text", words)] as const),
  ["heading", reading("text size", heading)],
  ["pre", reading("text language", preformatted)],
  ["divider", reading("", (_block, place, page) => line("———", place, page))],
  ["anchor", reading("name", () => nothing)],
  [
    "mathematical_expression",
    reading("expression", (block, place, page) =>
      line(richText(block["expression"], page), place, page),
    ),
  ],
  ["list", reading("items", list)],
  ...["blockquote", "expandable_blockquote", "pullquote"].map(
    (kind) => [kind, reading("text blocks credit", quotation)] as const,
  ),
  ...["collage", "slideshow"].map((kind) => [kind, reading("blocks caption", gallery)] as const),
  ["table", reading("caption cells", table)],
  ["details", reading("summary blocks", details)],
  ["map", reading("location caption", file("location"))],
  ...(["photo", "video", "animation", "audio", "document", "voice_note"] as const).map(
    (kind) => [kind, reading(`${kind} caption`, file(kind, fileReaders[kind]))] as const,
  ),
  [
    "buttons",
    reading("buttons align", ({ buttons }, place, page) => {
      const labels = listOf(buttons).map((button) => buttonText(button, page));
      return line(labels.join(" | "), place, page);
    }),
  ],
]);

function reading(fields: string, write: Write): Form {
  return { reads: new Set(["type", ...fields.split(" ")]), write };
}

const ofCell = new Set(["text", "is_header", "colspan", "rowspan", "align", "valign"]);
const ofItem = new Set(["label", "value", "type", "has_checkbox", "is_checked", "blocks"]);
/** Writes the fields of a value that are not among the known ones. */
function others(holder: Fields, known: ReadonlySet<string>, place: Place, page: Page) {
  const more = Object.entries(holder).filter(([name]) => !known.has(name));
  return more.length === 0 ? nothing : lookAt(Object.fromEntries(more), place, page);
}

/** A list. Any other value counts as a list of one, and undefined as an empty list. */
function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined ? [] : [value];
}

function line(text: string, place: Place, page: Page): readonly Step[] {
  page.write(text, place);
  return nothing;
}

function words({ text }: Fields, place: Place, page: Page): readonly Step[] {
  return line(richText(text, page), place, page);
}

function heading(block: Fields, place: Place, page: Page): readonly Step[] {
  page.skipLine(place);
  return words(block, place, page);
}

function preformatted({ text, language }: Fields, place: Place, page: Page): readonly Step[] {
  const code = richText(text, page);
  const entity = { type: "pre", offset: 0, length: code.length, language };
  page.writeLabel(place);
  return line(renderText(code, [entity]), place, page);
}

/** Telegram makes the label. A checkbox replaces a bullet, and follows a number. */
function list({ items }: Fields, place: Place, page: Page): readonly Step[] {
  page.writeLabel(place);
  return listOf(items).map((item) => () => {
    if (!isObject(item)) return lookAt(item, place, page);
    const { label, value: number, has_checkbox: hasBox, is_checked: isChecked } = item;
    const made = typeof number === "number" ? `${number}.` : "•";
    const given = typeof label === "string" && label.trim() !== "" ? label : made;
    const box = isChecked === true ? "☑" : "☐";
    const isBullet = !/[\p{L}\p{N}]/u.test(given);
    const shown = hasBox !== true ? given : isBullet ? box : `${given} ${box}`;
    const inside = place.inside("  ", shown);
    return [
      () => blocks(item["blocks"], inside, page),
      () => others(item, ofItem, inside, page),
      // The label of an item that has no other content.
      () => {
        page.writeLabel(inside);
        return nothing;
      },
    ];
  });
}

function quotation(block: Fields, place: Place, page: Page): readonly Step[] {
  page.writeLabel(place);
  const inside = place.inside("> ");
  return [
    () => words(block, inside, page),
    () => blocks(block["blocks"], inside, page),
    () => line(credited(block["credit"], page), inside, page),
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
  const rows = listOf(cells).map((row) => () => {
    const texts = listOf(row).map((cell) =>
      oneLine(richText(isCell(cell) ? cell["text"] : cell, page)),
    );
    const isEmpty = texts.every((text) => !canBeSeen(text));
    page.write(isEmpty ? "" : texts.join(" | "), place);
    const cellsOfForm = listOf(row).filter(isCell);
    return cellsOfForm.map((cell) => () => others(cell, ofCell, place, page));
  });
  return [() => captionLine(caption, place, page), ...rows];
}

/** True for a cell. A text may stand in place of a cell. */
function isCell(value: unknown): value is Fields {
  return isObject(value) && value["type"] === undefined;
}

function details({ summary, blocks: inner }: Fields, place: Place, page: Page): readonly Step[] {
  page.write(richText(summary, page), place);
  return blocks(inner, place, page);
}

/** Writes a file or a place with its caption; else the field's name and everything within the value. */
function file(field: string, read?: (value: unknown) => Media | undefined): Write {
  return (block, place, page) => {
    const { [field]: value, caption } = block;
    const text = captionText(caption, page) || undefined;
    const media = read?.(value);
    const found = media === undefined ? placeIn(value) : { type: "media" as const, media };
    const named = { type: "unsupported" as const, kind: field };
    page.put({ ...(found ?? named), ...omitUndefined({ text }) }, place);
    page.write("", place);
    return [
      () => (found === undefined ? lookAt(value, place, page) : nothing),
      () => lookAt(othersOfCaption(caption), place, page),
    ];
  };
}

function captionLine(caption: unknown, place: Place, page: Page): readonly Step[] {
  page.write(captionText(caption, page), place);
  return lookAt(othersOfCaption(caption), place, page);
}

function oneLine(text: string): string {
  const lines = text.split("\n").map((each) => each.trim());
  return lines.filter((each) => each !== "").join(" ");
}

/**
 * The words of a caption: a text, or a text with a credit.
 * @see https://core.telegram.org/bots/api#richblockcaption
 */
function captionText(caption: unknown, page: Page): string {
  const lines = isFormatted(caption)
    ? [richText(caption, page)]
    : [richText(valueAt(caption, "text"), page), credited(valueAt(caption, "credit"), page)];
  return lines.filter(canBeSeen).join("\n");
}

/** The fields of a caption other than its words. */
function othersOfCaption(caption: unknown): unknown {
  if (!isObject(caption) || isFormatted(caption)) return undefined;
  const { text: _text, credit: _credit, ...others } = caption;
  return others;
}

/** The line that credits an author. */
function credited(credit: unknown, page: Page): string {
  const who = richText(credit, page);
  return canBeSeen(who) ? `— ${who}` : "";
}

function isFormatted(caption: unknown): boolean {
  return !isObject(caption) || caption["type"] !== undefined;
}
