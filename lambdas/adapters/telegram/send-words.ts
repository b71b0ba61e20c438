import type { Button } from "../../model/content.ts";
import { PermanentFailure } from "../../model/failure.ts";
import type { SendOptions } from "../../ports/customer-messenger.ts";

/** @see https://core.telegram.org/bots/api#sendmessage */
const maxTextLength = 4096;

/**
 * Sends words with what accompanies them. Telegram refuses both for an answer's original that is gone
 * or a button's address that it does not like: then the words go alone, the buttons spelled out.
 */
export async function sendWords(
  text: string,
  options: SendOptions,
  send: (words: string, options: SendOptions) => Promise<string>,
): Promise<string> {
  try {
    return await send(text, options);
  } catch (error) {
    const { repliesTo, buttons, ...bare } = options;
    const isPlain = repliesTo === undefined && buttons === undefined;
    const isRefusal = error instanceof PermanentFailure && error.reason === "refused-by-telegram";
    if (isPlain || !isRefusal) throw error;
    return send(withButtonsInWords(text, buttons), bare);
  }
}

/** Without the buttons where there is no room for them. */
function withButtonsInWords(text: string, rows: readonly (readonly Button[])[] = []): string {
  const lines = rows
    .flat()
    .map((button) => `• ${button.text}${button.url === undefined ? "" : `: ${button.url}`}`);
  const whole = lines.length === 0 ? text : `${text}\n\n${lines.join("\n")}`;
  return whole.length <= maxTextLength ? whole : text;
}
