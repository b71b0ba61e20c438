import * as z from "zod/mini";
import { conversationIdOf } from "../../model/ids.ts";
import type { UnsupportedChatEvent, TelegramEvent } from "../../model/message.ts";
import { valueAt } from "../../http/untrusted.ts";
import { decoding, languageOf, ignored } from "./origin.ts";
import type { Origin } from "./origin.ts";
import * as wire from "./wire.ts";
import type { Chat, Message, User } from "./wire.ts";

/** An event in a group, or in any other chat that is not with one person. */
export function inGroup(message: Message, origin: Origin): TelegramEvent {
  // The group removed the bot, so an answer could not reach it.
  if (String(valueAt(message, "left_chat_member", "id")) === origin.botId) {
    return ignored("left_chat_member");
  }
  // A direct message to a channel without a topic belongs to no person. The bot cannot write to all of
  // them at once.
  if (message.chat["is_direct_messages"] === true) return ignored(origin.type);
  if (String(message.from?.id) === origin.botId) {
    return { kind: "ignored", reason: "an act of the bot's own" };
  }
  // All who write as a chat have the same stand-in account. The chat's id tells them apart.
  const asChat = valueAt(message, "sender_chat", "id");
  const event = outside(message.chat, message.from, origin);
  return Number.isSafeInteger(asChat) ? { ...event, writer: String(asChat) } : event;
}

/** An event in a chat that the bridge does not serve. It does not matter who added the bot there. */
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

/** A `channel_post` update. Such a post has no author, so its language is unknown. */
export const decodeChannelPost = decoding(wire.message, ({ chat, from }, origin) => ({
  ...outside(chat, from, origin),
  place: "channel",
}));

/** A `business_message` update. A message by the account's owner or by a bot needs no answer. */
export const decodeBusinessMessage = decoding(wire.message, (message, origin) => {
  if (message["sender_business_bot"] !== undefined) return ignored(origin.type);
  return inBusiness(message, message.from, origin) ?? ignored(origin.type);
});

/**
 * An event about a message in a chat of a business account; undefined for any other message. The chat's
 * id is the customer's id. It equals the id of the customer's own chat with the bot, but that is another
 * conversation. Any other author is the account's owner.
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

/** A `business_connection` update. The bridge answers the owner in the owner's own chat with the bot. */
export const decodeBusinessConnection = decoding(wire.businessConnection, (subject, origin) => {
  const { user, user_chat_id: chatId, is_enabled: isEnabled } = subject;
  if (!isEnabled) return ignored(origin.type);
  return {
    kind: "unsupported-chat",
    place: "business",
    conversationId: businessConversation(origin.botId, chatId),
    chatId: String(chatId),
    writer: String(user.id),
    language: languageOf(user),
  };
});

function businessConversation(botId: string, chatId: number): string {
  return `${conversationIdOf(botId, String(chatId))}-business`;
}
