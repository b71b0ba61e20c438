import * as z from "zod/mini";
import type { Button } from "../../model/content.ts";

/** @see https://core.telegram.org/bots/api#inlinekeyboardbutton */
const maxDataBytes = 64;

/**
 * What a press of a button brings back, so that it works for ever and without a memory of ours: the
 * choice of a list's entry or of the bridge's own, the text of another button, or, where these are too long, its place.
 */
export function callbackDataOf(button: Button, row: number, column: number): string {
  const data = wholeDataOf(button);
  return Buffer.byteLength(data) <= maxDataBytes ? data : `#${row}:${column}`;
}

/** amoCRM decides what follows `t:` and `c:`, and the bridge alone what follows its own prefix. */
const ownPrefix = "bridge:";

function wholeDataOf({ text, choice, ownChoice }: Button): string {
  if (ownChoice !== undefined) return `${ownPrefix}${ownChoice}`;
  return choice ? `c:${choice}` : `t:${text}`;
}

/**
 * What pressed data of ours says by itself; data of an unknown form is taken for words. An empty choice is
 * none: amoCRM refuses it.
 */
export function readCallbackData(data: string): {
  text?: string;
  choice?: string;
  ownChoice?: string;
} {
  if (data.startsWith("t:")) return { text: data.slice(2) };
  if (data === "c:") return {};
  if (data.startsWith("c:")) return { choice: data.slice(2) };
  if (data.startsWith(ownPrefix)) return { ownChoice: data.slice(ownPrefix.length) };
  return /^#\d+:\d+$/.test(data) ? {} : { text: data };
}

const keyboardSchema = z.looseObject({
  inline_keyboard: z.array(z.array(z.unknown())),
});
const pressedSchema = z.looseObject({ text: z.string(), callback_data: z.string() });

/** The text of the button with that data, as the message shows it. */
export function textOfButton(markup: unknown, data: string): string | undefined {
  const keyboard = z.safeParse(keyboardSchema, markup);
  if (!keyboard.success) return undefined;
  return keyboard.data.inline_keyboard
    .flat()
    .map((button) => z.safeParse(pressedSchema, button))
    .find((button) => button.success && button.data.callback_data === data)?.data?.text;
}
