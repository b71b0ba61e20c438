import { chatOf, conversationIdOf, directChatOf } from "../../../lambdas/model/ids.ts";
import { botId } from "./names.ts";

/**
 * The channel in whose direct messages the customers from 101 on write. They are the same people as
 * in the private chats from 1 on, so a check of each place detects a mix-up with the other.
 */
export const channelChat = {
  id: -1_002_000_000_001,
  type: "supergroup",
  title: "News",
  is_direct_messages: true,
} as const;
const firstDirect = 101;

/** The number of a person's chat with the channel. */
export function directChat(user: number): number {
  return firstDirect - 1 + user;
}

/** Whether a customer writes to the channel. */
export function isDirect(chat: number): boolean {
  return chat >= firstDirect;
}

/** Telegram's id of the person in a chat. */
export function userOf(chat: number): number {
  return isDirect(chat) ? chat - firstDirect + 1 : chat;
}

/** The person as a message's author in Telegram. Customers have the same name two by two. */
export function authorOf(chat: number) {
  return { ...personOf(chat), language_code: "en" };
}

/** The same without the fields that only an author has. */
export function personOf(chat: number) {
  const id = userOf(chat);
  return { id, first_name: `Customer ${Math.ceil(id / 2)}` };
}

/** A customer's phone number in E.164. */
export function phoneOf(chat: number): string {
  return `+7999000000${userOf(chat)}`;
}

/** The topic of a channel's customer. Telegram does not promise that it equals the person's id. */
export function directTopicOf(chat: number): number | undefined {
  return isDirect(chat) ? 900 + userOf(chat) : undefined;
}

/** The Telegram chat: all customers who write to the channel share one chat. */
export function telegramChatOf(chat: number): number {
  return isDirect(chat) ? channelChat.id : chat;
}

/** Our conversation id for a place in Telegram. */
export function conversationAt(chatId: number | string, directTopic?: number | string): string {
  const chat = String(chatId);
  return conversationIdOf(
    botId,
    directTopic === undefined ? chat : directChatOf(chat, String(directTopic)),
  );
}

/** Our conversation id for a customer's chat. */
export function conversationOf(chat: number): string {
  return conversationAt(telegramChatOf(chat), directTopicOf(chat));
}

/** The customer's chat for a conversation id. NaN if there is none. */
export function chatOfConversation(conversationId = ""): number {
  const [place, topic] = (chatOf(conversationId)?.chatId ?? "").split("-dm");
  if (topic === undefined) return place === "" ? Number.NaN : Number(place);
  return place === String(channelChat.id) ? directChat(Number(topic) - 900) : Number.NaN;
}
