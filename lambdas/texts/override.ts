import { visibleName } from "../model/visible-name.ts";
import type { Texts } from "./catalogue.ts";

/** Texts by their places in the catalogue, such as `greeting` or `failures.blocked`. */
export type TextOverrides = Readonly<Record<string, string>>;

/** Every text of a catalogue by its place. Lists have no place. */
export function textsByPlace(texts: Texts): TextOverrides {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([key, value]: [string, unknown]): [string, string][] => {
      if (typeof value === "string") return [[key, value]];
      if (Array.isArray(value) || typeof value !== "object" || value === null) return [];
      return Object.entries(value).map(([inner, text]) => [`${key}.${inner}`, String(text)]);
    }),
  );
}

/** The catalogue with some of its texts replaced. */
export function withOverrides(texts: Texts, overrides: TextOverrides): Texts {
  const changed: Record<string, unknown> = { ...texts };
  for (const [place, text] of Object.entries(overrides)) {
    const [key = "", inner] = place.split(".");
    changed[key] =
      inner === undefined ? text : { ...(changed[key] as Record<string, string>), [inner]: text };
  }
  return changed as Texts;
}

/** The fault of an override, as the end of a sentence. Undefined when there is no fault. */
export function faultOf(place: string, text: string, texts: Texts): string | undefined {
  const original = textsByPlace(texts)[place];
  if (original === undefined) return "no text is called so";
  if (visibleName(text) === undefined) return "expected words";
  const missing = (original.match(/\{\w+\}/g) ?? []).find((mark) => !text.includes(mark));
  return missing === undefined ? undefined : `expected ${missing} in it`;
}
