import { isObject, valueAt } from "../../http/untrusted.ts";
import type { Fields } from "../../http/untrusted.ts";
import { renderText } from "./entities.ts";
import { holdsCount, holdsWords, isSilent } from "./wire.ts";
import { contentsIn } from "./media.ts";
import { nothing, isRichText, richText } from "./rich-text.ts";
import type { Page, Place, Step } from "./rich-text.ts";

/** Reads a field in its own way; undefined for a field that needs no special reading. */
export type ReadField = (
  name: string,
  value: unknown,
  place: Place,
  holder: Fields,
) => readonly Step[] | undefined;

/** The words (one per line), files and places of a value without a rendering of its own, in order. */
export function lookInto(
  value: unknown,
  name: string,
  place: Place,
  { page, readField }: { readonly page: Page; readonly readField: ReadField },
): readonly Step[] {
  const to = { page, readField };
  if (typeof value === "string") {
    if (holdsWords(name)) page.write(value, place);
    return nothing;
  }
  if (typeof value === "number") {
    if (name === "") page.write(String(value), place);
    else if (holdsCount(name)) page.write(`${name}: ${value}`, place);
    return nothing;
  }
  const contents = contentsIn(value, name);
  for (const content of contents) page.put(content, place);
  if (contents.length > 0) {
    // A file itself adds its words: a sticker's emoji, the title of a piece of music.
    const words = isObject(value) ? Object.entries(value) : [];
    return words.map(([field, inner]) => () => {
      const isWord = typeof inner === "string" && !isSilent(field, false);
      return isWord ? lookInto(inner, field, place, to) : nothing;
    });
  }
  if (isRichText(value) || (name === "text" && Array.isArray(value))) {
    page.write(richText(value, page), place);
    return nothing;
  }
  if (Array.isArray(value)) {
    return value.map((item: unknown) => () => lookInto(item, name, place, to));
  }
  if (!isObject(value)) return nothing;
  const isMessage = "message_id" in value && "chat" in value;
  return Object.entries(value).map(([field, inner]) => () => {
    const isWhere = !isMessage && valueAt(inner, "type") === "private";
    if (isWhere || isSilent(field, isMessage)) return nothing;
    const steps = readField(field, inner, place, value);
    if (steps !== undefined) return steps;
    const marked = markedText(value, field);
    if (marked === undefined) return lookInto(inner, field, place, to);
    page.write(marked, place);
    return nothing;
  });
}

/** A person's text with its entities from the neighbouring field. */
function markedText(holder: Fields, field: string): string | undefined {
  const text = holder[field];
  const entities =
    holder[field === "text" ? "entities" : `${field}_entities`] ?? holder[`${field}_entities`];
  return typeof text === "string" && Array.isArray(entities) && holdsWords(field)
    ? renderText(text, entities)
    : undefined;
}
