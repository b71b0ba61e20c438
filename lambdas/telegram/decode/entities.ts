import * as z from "zod/mini";
import { textAt, valueAt } from "../../http/untrusted.ts";
import { entity } from "./wire.ts";
import type { Entity } from "./wire.ts";

/** The marks around a part: `before` at its start, `after` at its end. */
type Marks = { readonly before: string; readonly after: string };
type Part = Marks & {
  readonly start: number;
  readonly end: number;
  readonly isBlock: boolean;
  readonly isQuote: boolean;
};

/** The strings to insert at one position of the text, in this order. */
type Insertion = { closing: string; lineBreak: string; prefix: string; opening: string };

/**
 * Renders a text with entities as plain text. The operator loses nothing that they need: the result
 * spells out link targets, mentioned people, code, spoilers, struck-out parts and quotations. It drops
 * bold, italic and underline. Offsets count UTF-16 units. A value that is no entity of this text has no
 * effect.
 */
export function renderText(text: string, entities: unknown): string {
  if (!Array.isArray(entities)) return text;
  const parts = entities
    .flatMap((value) => partOf(text, value) ?? [])
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const insertions = insertionsFor(text, parts);
  let rendered = "";
  let position = 0;
  for (const [next, made] of [...insertions].sort(([a], [b]) => a - b)) {
    rendered += text.slice(position, next);
    rendered += made.closing + made.lineBreak + made.prefix + made.opening;
    position = next;
  }
  return rendered + text.slice(position);
}

/** The text of a field with the entities from the field next to it; empty without a text. */
export function renderField(holder: unknown, field: string): string {
  return renderText(textAt(holder, field) ?? "", valueAt(holder, `${field}_entities`));
}

function insertionsFor(text: string, parts: readonly Part[]): Map<number, Insertion> {
  const insertions = new Map<number, Insertion>();
  const at = (position: number) => {
    const known = insertions.get(position);
    if (known !== undefined) return known;
    const made = { closing: "", lineBreak: "", prefix: "", opening: "" };
    insertions.set(position, made);
    return made;
  };
  let quotedUntil = 0;
  for (const { start, end, before, after, isBlock, isQuote } of parts) {
    at(start).opening += before;
    if (isBlock && start > 0 && text[start - 1] !== "\n") at(start).lineBreak = "\n";
    const isLineOver = end === text.length || text[end] === "\n" || text[end - 1] === "\n";
    // Of two parts that end together, the inner one comes later here and closes first.
    at(end).closing = after + (isBlock && !isLineOver ? "\n" : "") + at(end).closing;
    if (!isQuote || start < quotedUntil) continue; // quotations do not nest
    quotedUntil = end;
    for (const line of lineStarts(text, start, end)) at(line).prefix = "> ";
  }
  return insertions;
}

function partOf(text: string, value: unknown): Part | undefined {
  const parsed = z.safeParse(entity, value);
  if (!parsed.success) return undefined;
  const start = wholeCharacter(text, Math.max(0, parsed.data.offset), -1);
  const end = wholeCharacter(
    text,
    Math.min(text.length, parsed.data.offset + parsed.data.length),
    1,
  );
  if (start >= end) return undefined;
  const marks = marksOf(parsed.data, text.slice(start, end));
  const isQuote = quotations.has(parsed.data.type);
  return marks && { start, end, ...marks, isQuote, isBlock: isQuote || parsed.data.type === "pre" };
}

const quotations = new Set(["blockquote", "expandable_blockquote"]);

function marksOf(
  { type, url, language, user, unix_time: unixTime }: Entity,
  text: string,
): Marks | undefined {
  const both = (mark: string) => ({ before: mark, after: mark });
  const added = (detail: string) => ({ before: "", after: ` (${detail})` });
  switch (type) {
    case "code":
      return both(text.includes("`") ? "``" : "`");
    case "pre":
      return {
        before: `\`\`\`${language ?? ""}\n`,
        after: `${text.endsWith("\n") ? "" : "\n"}\`\`\``,
      };
    case "spoiler":
      return both("||");
    case "strikethrough":
      return both("~~");
    case "blockquote":
    case "expandable_blockquote":
      return both("");
    case "text_mention":
      if (user === undefined) return undefined;
      return added(user.username ? `@${user.username}` : `tg://user?id=${user.id}`);
    case "date_time": {
      const date = new Date((unixTime ?? NaN) * 1000);
      return Number.isNaN(date.getTime()) ? undefined : added(date.toISOString());
    }
    default:
      // `text_link`, and any future kind with a link.
      return url === undefined || saysTheSame(text, url) ? undefined : added(url);
  }
}

/** True when the words are the target itself, in a form that people write. */
function saysTheSame(text: string, url: string): boolean {
  if (text.length > url.length + maxWrapping) return false;
  const bare = (address: string) =>
    address
      .trim()
      .replace(/^(?:https?:\/\/|mailto:|tel:|[@#$/])/i, "")
      .replace(/\/$/, "");
  return bare(text) === bare(url);
}

/** The most characters that may surround the same address: its scheme, blanks. */
const maxWrapping = 100;

/** A part has both halves of a surrogate pair, or neither. */
function wholeCharacter(text: string, position: number, step: -1 | 1): number {
  const isInside =
    /[\uD800-\uDBFF]/.test(text[position - 1] ?? "") &&
    /[\uDC00-\uDFFF]/.test(text[position] ?? "");
  return isInside ? position + step : position;
}

function lineStarts(text: string, start: number, end: number): number[] {
  const starts = [start];
  for (let at = text.indexOf("\n", start); at !== -1 && at + 1 < end;) {
    starts.push(at + 1);
    at = text.indexOf("\n", at + 1);
  }
  return starts;
}
