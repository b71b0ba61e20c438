import type { MediaKind, MessageContent, Button } from "../../model/content.ts";
import { valueAt } from "../../http/untrusted.ts";
import { textOf, itemsOf } from "../lenient.ts";
import { hookButton, listMessage, template } from "./wire.ts";
import type { HookContent, ListSection } from "./wire.ts";
import * as z from "zod/mini";
import { visibleName } from "../../model/visible-name.ts";

const mediaKinds: readonly MediaKind[] = ["picture", "video", "voice", "audio", "file", "sticker"];

/** The text of a message. It is final, also next to a template. A template without a text is filled in. */
export function textIn({ text, template }: HookContent, fill: Fill): string {
  return text ?? fill(template);
}

/**
 * The content of a message, with this text. A file of an unknown type counts as a file. A message of an
 * unknown type without a file is `unsupported`, with its text.
 */
export function contentOf(message: HookContent, text: string): MessageContent {
  const { type = "text", media } = message;
  const caption = text === "" ? {} : { text };
  if (media !== undefined) {
    const { file_size: sizeBytes, media_duration: seconds } = message;
    const fileName = message.file_name ?? nameIn(media);
    return {
      type: "media",
      media: {
        kind: mediaKinds.find((kind) => kind === type) ?? "file",
        source: media,
        ...(fileName === undefined ? {} : { fileName }),
        ...(sizeBytes === undefined ? {} : { sizeBytes }),
        ...(seconds === undefined ? {} : { durationSeconds: seconds }),
      },
      ...caption,
    };
  }
  if (type === "text") return { type: "text", text };
  return placeOf(message, caption) ?? { type: "unsupported", kind: kindOf(type), ...caption };
}

/**
 * A message in words, for a quote. A file gives its kind and name, and its address if the caller passes
 * one.
 */
export function wordsOf(message: HookContent, fill: Fill, address = ""): string {
  const { type = "text", media, file_name: name } = message;
  const isText = type === "text" && media === undefined;
  const kind = type === "text" ? "file" : kindOf(type);
  const label = isText ? "" : name === undefined ? `[${kind}]` : `[${kind}: ${name}]`;
  return [label, address, textIn(message, fill)]
    .filter((words) => words !== "")
    .join(" ")
    .trim();
}

/** Joins texts, each on its own line. */
export function joined(texts: readonly string[]): string {
  return texts.filter((text) => text !== "").join("\n");
}

/** The name at the end of an address. amoCRM leaves `file_name` empty for pictures. */
function nameIn(address: string): string | undefined {
  const name = URL.parse(address)?.pathname.split("/").at(-1) ?? "";
  return /^[\w.-]{1,100}\.[A-Za-z0-9]{1,8}$/.test(name) ? name : undefined;
}

/** Reads a place or a contact. No documented hook has one, but a chat's history may have one. */
function placeOf(
  { type, location, contact }: HookContent,
  caption: { text?: string },
): MessageContent | undefined {
  const [latitude, longitude] = ["lat", "lon"].map((name) =>
    Number(textOf(valueAt(location, name)) ?? Number.NaN),
  ) as [number, number];
  if (type === "location" && Number.isFinite(latitude) && Number.isFinite(longitude)) {
    return { type: "location", latitude, longitude, ...caption };
  }
  const phone = textOf(valueAt(contact, "phone"));
  if (type !== "contact" || phone === undefined) return undefined;
  return { type: "contact", name: textOf(valueAt(contact, "name")) ?? phone, phone };
}

/** A type as a word that the bridge may show. The bridge does not repeat any other text. */
function kindOf(type: string): string {
  return /^[A-Za-z][A-Za-z0-9_-]{0,39}$/.test(type) ? type : "unknown";
}

/** The markup under a message: rows of buttons, and for a list also lines of text. */
export type Markup = {
  readonly rows: readonly (readonly Button[])[];
  readonly lines: readonly string[];
};

/**
 * Reads the buttons or the list that Salesbot puts under a message. It omits parts that it cannot read.
 * @see https://www.amocrm.ru/developers/content/chats/chat-webhooks
 */
export function markupOf(markup: unknown): Markup {
  const rows = itemsOf(valueAt(markup, "buttons"))
    .map((row) => (Array.isArray(row) ? row : [row]).flatMap(buttonOf))
    .filter((row) => row.length > 0);
  const list = z.safeParse(listMessage, valueAt(markup, "list_message"));
  if (!list.success) return { rows, lines: [] };
  const { header, body, footer, sections } = list.data;
  return {
    rows: [...rows, ...sections.flatMap(entriesOf)],
    lines: [header, body, ...sections.flatMap(linesOf), footer].filter(
      (line) => line !== undefined,
    ),
  };
}

function buttonOf(value: unknown): Button[] {
  const { text, url } = z.safeParse(hookButton, value).data ?? {};
  const label = seen(text) ?? url;
  return label === undefined ? [] : [{ text: label, ...(url === undefined ? {} : { url }) }];
}

/** A label as written; undefined when a person sees nothing of it. */
function seen(label: string | undefined): string | undefined {
  return visibleName(label) === undefined ? undefined : label;
}

/** Puts every entry in a row of its own. A press returns the entry's `callback_data`. */
function entriesOf({ rows }: ListSection): Button[][] {
  return rows.flatMap(({ title, callback_data: choice }) => {
    const text = seen(title) ?? choice;
    return text === undefined ? [] : [[{ text, ...(choice === undefined ? {} : { choice }) }]];
  });
}

/** The texts that a button cannot hold: the title of a section, and the descriptions of its entries. */
function linesOf({ title, rows }: ListSection): string[] {
  const described = rows
    .filter(({ description }) => description !== undefined)
    .map(({ title: entry = "", description = "" }) => `• ${entry}: ${description}`);
  return title === undefined ? described : [title, ...described];
}

/**
 * The limit of all filled-in templates of one message, in UTF-8 bytes: at most sixteen Telegram messages.
 * A marker of five characters can stand for as much text as a hook holds. So a hook of 256 KB could
 * become a text of gigabytes. The sender would die of it, again and again.
 */
export const maxFilledInBytes = 65_536;

/** Returns a template's text with its values. */
export type Fill = (used: unknown) => string;

/** The filled-in templates of a hook are larger than {@link maxFilledInBytes}. */
export class TemplateTooLarge extends Error {
  override readonly name = "TemplateTooLarge";
}

/**
 * Fills in templates. They share the limit; above it the function throws {@link TemplateTooLarge}. It
 * counts the bytes first and never builds a text above the limit. Documented keys stand in their braces:
 * `{{lead.id}}`. A marker without a value stays. A value is not filled in again.
 */
export function fillWithin(maxBytes: number): Fill {
  let leftBytes = maxBytes;
  const counted = (text: string): string => {
    leftBytes -= Buffer.byteLength(text);
    if (leftBytes < 0) throw new TemplateTooLarge();
    return text;
  };
  return (used) => {
    const parsed = z.safeParse(template, used);
    if (!parsed.success) return "";
    const { content = "", params } = parsed.data;
    const values = new Map(params.map(({ key = "", value = "" }) => [bare(key), value]));
    const pieces = content.split(/(\{\{[^{}]*\}\})/);
    // Every second piece is a marker.
    return pieces
      .map((piece, index) => counted(index % 2 === 0 ? piece : (values.get(bare(piece)) ?? piece)))
      .join("");
  };
}

/** The same, but it omits a template above the limit. */
export function fillAsFits(maxBytes: number): Fill {
  const fill = fillWithin(maxBytes);
  return (used) => {
    try {
      return fill(used);
    } catch (error) {
      if (error instanceof TemplateTooLarge) return "";
      throw error;
    }
  };
}

function bare(key: string): string {
  return key.replace(/^\{\{|\}\}$/g, "").trim();
}
