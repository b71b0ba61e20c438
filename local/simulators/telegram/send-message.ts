import type { SimulatedAnswer } from "../../http.ts";
import { badRequest, success } from "./answers.ts";
import type { Bot } from "./bot.ts";
import { readText } from "./formatting.ts";
import type { Parameters } from "./parameters.ts";
import { deliver, readSending } from "./sending.ts";

/**
 * Bot API: text after entity parsing, in UTF-16 units.
 * @see https://core.telegram.org/bots/api#sendmessage
 */
const maxTextLength = 4096;

/**
 * True when Telegram sees only blanks of any width and characters without a width.
 * @see https://github.com/tdlib/td/blob/master/td/telegram/misc.cpp
 */
function isEmpty(text: string): boolean {
  return /^[\s\u180e\u200b-\u200f\u202e\u2800\ufffc\u{e0000}-\u{e007f}]*$/u.test(text);
}

/** The method of the same name. */
export function sendMessage(bot: Bot, parameters: Parameters): SimulatedAnswer {
  const text = readText(parameters.text("text"), parameters.text("parse_mode"));
  if (isEmpty(text)) throw badRequest("message text is empty");
  if (text.length > maxTextLength) throw badRequest("message is too long");
  const sending = readSending(bot, parameters);
  return success(deliver(bot, sending, { method: "sendMessage", text }, { text }));
}
