import type { SimulatedAnswer } from "../http.ts";
import { badRequest, success } from "./answers.ts";
import { botObject, unixSeconds } from "./bot.ts";
import type { Bot } from "./bot.ts";
import { chatObject, record } from "./chats.ts";
import type { Chat } from "./chats.ts";
import { readText } from "./formatting.ts";
import type { Parameters } from "./parameters.ts";
import { checkReplyMarkup } from "./reply-markup.ts";

/** Bot API: text after entity parsing, in UTF-16 units. @see https://core.telegram.org/bots/api#sendmessage */
const maxTextLength = 4096;

/** The method of the same name. */
export function sendMessage(bot: Bot, parameters: Parameters): SimulatedAnswer {
  const text = readText(parameters.text("text"), parameters.text("parse_mode"));
  if (text === "") throw badRequest("message text is empty");
  if (text.length > maxTextLength) throw badRequest("message is too long");
  const replyMarkup = parameters.structure("reply_markup");
  checkReplyMarkup(replyMarkup);
  const chat = bot.chats.addressed(parameters.text("chat_id"));
  const replyToMessageId = readReply(parameters, chat);
  bot.limits.count(String(chat.id));

  const date = unixSeconds(bot);
  const messageId = record(chat, { from: "bot", text, date });
  bot.sent.push({
    chatId: chat.id,
    messageId,
    text,
    date,
    method: "sendMessage",
    ...(replyToMessageId === undefined ? {} : { replyToMessageId }),
    ...(replyMarkup === undefined ? {} : { replyMarkup }),
  });
  return success({
    message_id: messageId,
    from: botObject(bot),
    chat: chatObject(chat),
    date,
    text,
    ...(replyToMessageId === undefined
      ? {}
      : { reply_to_message: quoted(bot, chat, replyToMessageId) }),
    ...(isInline(replyMarkup) ? { reply_markup: replyMarkup } : {}),
  });
}

function readReply(parameters: Parameters, chat: Chat): number | undefined {
  const reply = parameters.structure("reply_parameters");
  let messageId: unknown = parameters.integer("reply_to_message_id");
  let isOptional = parameters.flag("allow_sending_without_reply");
  if (reply !== undefined) {
    if (typeof reply !== "object" || reply === null) throw badRequest("object expected as reply");
    const given = reply as { message_id?: unknown; allow_sending_without_reply?: unknown };
    messageId = given.message_id;
    isOptional = given.allow_sending_without_reply === true;
    if (!Number.isSafeInteger(Number(messageId ?? NaN))) {
      throw badRequest("can't parse reply parameters: field message_id must be of type Number");
    }
  }
  if (messageId === undefined) return undefined;
  if (chat.messageIds.has(Number(messageId))) return Number(messageId);
  if (isOptional) return undefined;
  throw badRequest("message to be replied not found");
}

function quoted(bot: Bot, chat: Chat, messageId: number): Record<string, unknown> {
  const said = chat.dialogue.find((message) => message.messageId === messageId);
  return {
    message_id: messageId,
    from: said?.from === "bot" ? botObject(bot) : { is_bot: false, ...chat.customer },
    chat: chatObject(chat),
    date: said?.date ?? 0,
    text: said?.text ?? "",
  };
}

function isInline(markup: unknown): boolean {
  return typeof markup === "object" && markup !== null && "inline_keyboard" in markup;
}
