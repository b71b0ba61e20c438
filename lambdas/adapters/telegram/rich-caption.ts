import { canBeSeen } from "../../model/visible-name.ts";
import { isObject, valueAt } from "../untrusted.ts";
import type { Page } from "./page.ts";
import { richText } from "./rich-text.ts";

/** The words of a caption, which is a text, or a text with a credit. @see https://core.telegram.org/bots/api#richblockcaption */
export function captionText(caption: unknown, page: Page): string {
  const lines = isFormatted(caption)
    ? [richText(caption, page)]
    : [richText(valueAt(caption, "text"), page), credited(valueAt(caption, "credit"), page)];
  return lines.filter(canBeSeen).join("\n");
}

/** What a caption has beside its words. */
export function othersOfCaption(caption: unknown): unknown {
  if (!isObject(caption) || isFormatted(caption)) return undefined;
  const { text: _text, credit: _credit, ...others } = caption;
  return others;
}

/** Whose words or picture it is. */
export function credited(credit: unknown, page: Page): string {
  const who = richText(credit, page);
  return canBeSeen(who) ? `— ${who}` : "";
}

function isFormatted(caption: unknown): boolean {
  return !isObject(caption) || caption["type"] !== undefined;
}
