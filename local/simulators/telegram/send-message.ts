import type { SimulatedAnswer } from "../http.ts";
import { badRequest, success } from "./answers.ts";
import type { Bot } from "./bot.ts";
import { readText } from "./formatting.ts";
import type { Parameters } from "./parameters.ts";
import { deliver, readSending } from "./sending.ts";

/** Bot API: text after entity parsing, in UTF-16 units. @see https://core.telegram.org/bots/api#sendmessage */
const maxTextLength = 4096;

/** The method of the same name. */
export function sendMessage(bot: Bot, parameters: Parameters): SimulatedAnswer {
  const text = readText(parameters.text("text"), parameters.text("parse_mode"));
  if (text === "") throw badRequest("message text is empty");
  if (text.length > maxTextLength) throw badRequest("message is too long");
  const sending = readSending(bot, parameters);
  return success(deliver(bot, sending, { method: "sendMessage", text }, { text }));
}
