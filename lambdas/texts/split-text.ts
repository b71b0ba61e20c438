import { canBeSeen } from "../model/visible-name.ts";

/**
 * Splits a text into parts of at most `limit` UTF-16 units that join to the original. A part ends at a line
 * break, else after a sentence, else after a word. We look for that end in the second half of the part. We
 * cut a longer word, but not inside what people see as one character, and never inside a surrogate pair. We
 * leave out parts without a visible character, because no messenger accepts them.
 */
export function splitText(text: string, limit: number): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > limit) {
    const end = borderWithin(rest, limit);
    parts.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  parts.push(rest);
  return parts.filter((part) => canBeSeen(part));
}

/** An accent, a skin colour or a joined picture belongs to the character before it. */
const characters = new Intl.Segmenter("en", { granularity: "grapheme" });

const borders = [/\n/g, /[.!?…]["»”')\]]*\s/g, /\s/g];

function borderWithin(text: string, limit: number): number {
  const half = Math.floor(limit / 2);
  const secondHalf = text.slice(half, limit);
  for (const border of borders) {
    const last = [...secondHalf.matchAll(border)].at(-1);
    if (last !== undefined) return half + last.index + last[0].length;
  }
  // The character at the limit begins before the limit, or there.
  const start = characters.segment(text.slice(0, limit + 2)).containing(limit)?.index ?? 0;
  if (start > half) return start;
  const unit = text.charCodeAt(limit - 1);
  const splitsPair = unit >= 0xd800 && unit <= 0xdbff;
  return splitsPair && limit > 1 ? limit - 1 : limit;
}
