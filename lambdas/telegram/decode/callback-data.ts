import * as z from "zod/mini";
import type { Button } from "../../model/content.ts";

/** @see https://core.telegram.org/bots/api#inlinekeyboardbutton */
const maxDataBytes = 64;

/**
 * The callback data of a button. A press returns it, so the button works for ever and the bridge needs no
 * memory of it. The data holds the bridge's own choice, the choice of a list's entry, or the text of the
 * button. When that is longer than 64 bytes, the data is the button's place, `#row:column`.
 */
export function callbackDataOf(button: Button, row: number, column: number): string {
  const { text, choice, ownChoice } = button;
  const said = choice ? `c:${choice}` : `t:${text}`;
  const data = ownChoice === undefined ? said : `${ownPrefix}${ownChoice}`;
  return Buffer.byteLength(data) <= maxDataBytes ? data : `#${row}:${column}`;
}

/** amoCRM decides the text after `t:` and `c:`. Only the bridge writes the text after this prefix. */
const ownPrefix = "bridge:";

/** Reads the data of our own buttons; other data counts as text. amoCRM refuses an empty choice. */
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

/** The text of the button with this data, as the message shows it; undefined without such a button. */
export function textOfButton(markup: unknown, data: string): string | undefined {
  const keyboard = z.safeParse(keyboardSchema, markup);
  if (!keyboard.success) return undefined;
  return keyboard.data.inline_keyboard
    .flat()
    .map((button) => z.safeParse(pressedSchema, button))
    .find((button) => button.success && button.data.callback_data === data)?.data?.text;
}
