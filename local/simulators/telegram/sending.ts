import { defined } from "../../http.ts";
import { badRequest, tooManyRequests } from "./answers.ts";
import {
  botObject,
  unixSeconds,
  chatObject,
  inTopic,
  readDirectTopic,
  readTopic,
  record,
  userObject,
} from "./bot.ts";
import type { Bot, Chat, SimulatedTelegramMessage } from "./bot.ts";
import type { Parameters } from "./parameters.ts";
import { checkKeyboardFits, noteKeyboard, readReplyMarkup } from "./reply-markup.ts";

/** The common parameters of all sending methods. */
export type Sending = {
  readonly chat: Chat;
  readonly replyToMessageId: number | undefined;
  readonly topic: number | undefined;
  readonly directTopic: number | undefined;
  readonly replyMarkup: unknown;
  readonly businessConnectionId: string | undefined;
};

/** Reads and checks these parameters in the Bot API's order, and counts the send against the limits. */
export function readSending(bot: Bot, parameters: Parameters): Sending {
  const replyMarkup = readReplyMarkup(parameters.structure("reply_markup"));
  const connection = parameters.text("business_connection_id");
  if (connection !== "" && !bot.businessConnections.has(connection)) {
    throw badRequest("business connection not found");
  }
  const chat = bot.chats.addressed(parameters.text("chat_id"));
  checkKeyboardFits(replyMarkup, chat);
  const given = readTopic(parameters, chat);
  const directTopic = readDirectTopic(parameters, chat);
  const replyToMessageId = readReply(parameters, chat, given);
  // An answer goes to the topic of its original message.
  const topic = given ?? chat.topicOf.get(replyToMessageId ?? 0);
  const { perChatPerSecond, perBotPerSecond } = bot.limits;
  const isTooFast =
    !chat.rate.hasRoom(bot.now(), perChatPerSecond) ||
    !bot.rate.hasRoom(bot.now(), perBotPerSecond);
  if (isTooFast) throw tooManyRequests(1);
  for (const rate of [chat.rate, bot.rate]) rate.count(bot.now());
  const businessConnectionId = connection === "" ? undefined : connection;
  return { chat, replyToMessageId, topic, directTopic, replyMarkup, businessConnectionId };
}

/** Records a message as sent, and answers as the Bot API does. */
export function deliver(
  bot: Bot,
  { chat, replyToMessageId, topic, directTopic, replyMarkup, businessConnectionId }: Sending,
  sent: Pick<SimulatedTelegramMessage, "method" | "text" | "file">,
  fields: Record<string, unknown>,
): Record<string, unknown> {
  const date = unixSeconds(bot);
  const messageId = record(chat, { from: "bot", text: sent.text, date });
  bot.sent.push({
    chatId: chat.id,
    messageId,
    date,
    ...sent,
    ...defined({ replyToMessageId, topic, directTopic, replyMarkup, businessConnectionId }),
  });
  const message = {
    message_id: messageId,
    from: botObject(bot),
    chat: chatObject(chat),
    date,
    ...inTopic(topic),
    ...defined({ direct_messages_topic: chat.directTopics.get(directTopic ?? 0) }),
    ...fields,
    ...defined({
      reply_to_message: replyToMessageId && quoted(bot, chat, replyToMessageId),
      reply_markup: isInline(replyMarkup) ? replyMarkup : undefined,
    }),
  };
  chat.objects.set(messageId, message);
  // Telegram's apps end "typing…" when the message comes.
  chat.typingUntilMillis = undefined;
  if (topic !== undefined) chat.topicOf.set(messageId, topic);
  noteKeyboard(chat, messageId, replyMarkup);
  return message;
}

/** A message of a chat inside an answer to it. It leaves out its own original message. */
export function quoted(bot: Bot, chat: Chat, messageId: number): Record<string, unknown> {
  const { reply_to_message: _, ...known } = chat.objects.get(messageId) ?? {};
  const said = chat.dialogue.find((message) => message.messageId === messageId);
  return {
    message_id: messageId,
    from: said?.from === "bot" ? botObject(bot) : userObject(chat.customer),
    chat: chatObject(chat),
    date: said?.date ?? 0,
    ...(Object.keys(known).length === 0 ? { text: said?.text ?? "" } : known),
  };
}

function readReply(
  parameters: Parameters,
  chat: Chat,
  topic: number | undefined,
): number | undefined {
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
  if (chat.messageIds.has(Number(messageId))) {
    const isThere = topic === undefined || chat.topicOf.get(Number(messageId)) === topic;
    if (isThere) return Number(messageId);
    // When the original message is in another topic, `allow_sending_without_reply` has no effect.
    isOptional = false;
  }
  if (isOptional) return undefined;
  throw badRequest("message to be replied not found");
}

function isInline(markup: unknown): boolean {
  return typeof markup === "object" && markup !== null && "inline_keyboard" in markup;
}
