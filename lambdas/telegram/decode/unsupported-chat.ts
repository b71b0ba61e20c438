import * as z from "zod/mini";
import { conversationIdOf } from "../../model/ids.ts";
import type { UnsupportedChatEvent, TelegramEvent } from "../../model/message.ts";
import { valueAt } from "../../http/untrusted.ts";
import { languageOf, ignored, misread } from "./origin.ts";
import type { Decode, Origin } from "./origin.ts";
import * as wire from "./wire.ts";
import type { Chat, Message, User } from "./wire.ts";

/** Something in a group, or in whatever chat is not with one person. */
export function inGroup(message: Message, origin: Origin): TelegramEvent {
  // The bot was taken out: nobody there would hear it.
  if (String(valueAt(message, "left_chat_member", "id")) === origin.botId) {
    return ignored("left_chat_member");
  }
  // Direct messages of a channel, but nobody's: there nothing can be said to all at once.
  if (message.chat["is_direct_messages"] === true) return ignored(origin.type);
  if (String(message.from?.id) === origin.botId) {
    return { kind: "ignored", reason: "an act of the bot's own" };
  }
  // Whoever writes as a chat has the same stand-in as everybody who does.
  const asChat = valueAt(message, "sender_chat", "id");
  const told = outside(message.chat, message.from, origin);
  return Number.isSafeInteger(asChat) ? { ...told, writer: String(asChat) } : told;
}

/** A chat that is not served, whoever brought the bot there. */
export function outside(
  chat: Chat,
  from: User | undefined,
  { botId }: Origin,
): UnsupportedChatEvent {
  const chatId = String(chat.id);
  return {
    kind: "unsupported-chat",
    place: chat.type === "channel" ? "channel" : "group",
    conversationId: conversationIdOf(botId, chatId),
    chatId,
    writer: String(from?.id ?? chat.id),
    language: languageOf(from),
  };
}

/** A `channel_post` update; such posts have no author whose language were known. */
export const decodeChannelPost: Decode = (subject, origin) => {
  const parsed = z.safeParse(wire.message, subject);
  if (!parsed.success) return misread(origin.type, parsed.error);
  return { ...outside(parsed.data.chat, parsed.data.from, origin), place: "channel" };
};

/**
 * A `business_message` update: the bot could answer for the account. What the account's owner or a
 * bot says there asks for no answer.
 */
export const decodeBusinessMessage: Decode = (subject, origin) => {
  const parsed = z.safeParse(wire.message, subject);
  if (!parsed.success) return misread(origin.type, parsed.error);
  if (subject["sender_business_bot"] !== undefined) return ignored(origin.type);
  return inBusiness(subject, parsed.data.from, origin) ?? ignored(origin.type);
};

/**
 * What somebody does about a message in a chat of a business account; undefined for any other message. The
 * chat's id is that of the person, so the same as of their own chat with the bot, which is another
 * conversation; everybody else who does something there is the account's owner.
 */
export function inBusiness(
  message: unknown,
  from: User | undefined,
  origin: Origin,
): TelegramEvent | undefined {
  const { data } = z.safeParse(wire.message, message);
  if (data?.business_connection_id === undefined) return undefined;
  const { chat, business_connection_id: businessConnectionId } = data;
  if (from !== undefined && from.id !== chat.id) return ignored(origin.type);
  return {
    ...outside(chat, from, origin),
    place: "business",
    conversationId: businessConversation(origin.botId, chat.id),
    businessConnectionId,
  };
}

/** A `business_connection` update: its owner is told in their own chat with the bot. */
export const decodeBusinessConnection: Decode = (subject, origin) => {
  const parsed = z.safeParse(wire.businessConnection, subject);
  if (!parsed.success) return misread(origin.type, parsed.error);
  const { user, user_chat_id: chatId, is_enabled: isEnabled } = parsed.data;
  if (!isEnabled) return ignored(origin.type);
  return {
    kind: "unsupported-chat",
    place: "business",
    conversationId: businessConversation(origin.botId, chatId),
    chatId: String(chatId),
    writer: String(user.id),
    language: languageOf(user),
  };
};

function businessConversation(botId: string, chatId: number): string {
  return `${conversationIdOf(botId, String(chatId))}-business`;
}
