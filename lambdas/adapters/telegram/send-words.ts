import { withButtonsInWords } from "../../model/button-words.ts";
import { PermanentFailure } from "../../model/failure.ts";
import type { SendOptions } from "../../ports/customer-messenger.ts";

/** @see https://core.telegram.org/bots/api#sendmessage */
const maxTextLength = 4096;

/**
 * Sends words with what accompanies them. Telegram refuses both for an answer's original that is gone
 * or a button's address that it does not like: then the words go without that, and without either
 * where its answer does not say which. Buttons are spelled out then; where there is no room for them
 * the refusal is thrown.
 */
export async function sendWords(
  text: string,
  options: SendOptions,
  send: (words: string, options: SendOptions) => Promise<string>,
): Promise<string> {
  try {
    return await send(text, options);
  } catch (error) {
    const { repliesTo, buttons, ...others } = options;
    const isPlain = repliesTo === undefined && buttons === undefined;
    const isRefusal = error instanceof PermanentFailure && error.reason === "refused-by-telegram";
    // Whether it may go to another place is not decided here.
    if (isPlain || !isRefusal || error.blames === "topic") throw error;
    if (error.blames === "quote" && repliesTo !== undefined) {
      return sendWords(text, { ...others, ...(buttons && { buttons }) }, send);
    }
    const words = withButtonsInWords(text, buttons);
    if (words.length > maxTextLength) throw error;
    const keepsQuote = error.blames === "buttons" && buttons !== undefined && repliesTo;
    return sendWords(words, { ...others, ...(keepsQuote ? { repliesTo } : {}) }, send);
  }
}
