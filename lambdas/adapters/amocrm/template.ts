import * as z from "zod/mini";
import { template } from "./wire.ts";

/**
 * All that the templates of one message may come to, in UTF-8 bytes: at most sixteen Telegram messages. A
 * marker of five characters can stand for as much as a hook holds, so that a hook of 256 KB could
 * become a text of gigabytes, at which the sender dies, again and again.
 */
export const maxFilledInBytes = 65_536;

/** A template's text with its values in it. */
export type Fill = (used: unknown) => string;

/** The templates of a hook come to more than {@link maxFilledInBytes}. */
export class TemplateTooLarge extends Error {
  override readonly name = "TemplateTooLarge";
}

/**
 * Fills in templates, which share the bound; throws {@link TemplateTooLarge} beyond it. What is too
 * large is found while it is counted, and never built. Documented keys stand in their braces: `{{lead.id}}`; a marker without a
 * value stays, and a value is not filled in again.
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

/** The same, but for a template that comes to too much: it is left out. */
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
