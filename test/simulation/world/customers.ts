import { chatOf, conversationIdOf, directChatOf } from "../../../lambdas/model/ids.ts";
import { botId } from "./names.ts";

/**
 * The channel in whose direct messages the customers from 101 on write: the same people as in the private
 * chats from 1 on, so that each place shows what is mixed up with the other.
 */
export const channelChat = {
  id: -1_002_000_000_001,
  type: "supergroup",
  title: "News",
  is_direct_messages: true,
} as const;
const firstDirect = 101;

/** The number of the chat in which somebody writes to the channel. */
export function directChat(user: number): number {
  return firstDirect - 1 + user;
}

/** Whether a customer writes to the channel. */
export function isDirect(chat: number): boolean {
  return chat >= firstDirect;
}

/** Telegram's id of the person who writes in a chat. */
export function userOf(chat: number): number {
  return isDirect(chat) ? chat - firstDirect + 1 : chat;
}

/** The person as Telegram tells of an author; two by two they have the same name. */
export function authorOf(chat: number) {
  return { ...personOf(chat), language_code: "en" };
}

/** The same without what only an author is told with. */
export function personOf(chat: number) {
  const id = userOf(chat);
  return { id, first_name: `Customer ${Math.ceil(id / 2)}` };
}

/** The number of a customer, as E.164. */
export function phoneOf(chat: number): string {
  return `+7999000000${userOf(chat)}`;
}

/** The topic of a customer of the channel; Telegram promises nowhere that it is the person's id. */
export function directTopicOf(chat: number): number | undefined {
  return isDirect(chat) ? 900 + userOf(chat) : undefined;
}

/** Where Telegram has the chat: all who write to the channel are in one. */
export function telegramChatOf(chat: number): number {
  return isDirect(chat) ? channelChat.id : chat;
}

/** Our conversation id of a place in Telegram. */
export function conversationAt(chatId: number | string, directTopic?: number | string): string {
  const chat = String(chatId);
  return conversationIdOf(
    botId,
    directTopic === undefined ? chat : directChatOf(chat, String(directTopic)),
  );
}

/** Our conversation id of a customer's chat. */
export function conversationOf(chat: number): string {
  return conversationAt(telegramChatOf(chat), directTopicOf(chat));
}

/** The customer's chat behind a conversation id; NaN where it names nobody's. */
export function chatOfConversation(conversationId = ""): number {
  const [place, topic] = (chatOf(conversationId)?.chatId ?? "").split("-dm");
  if (topic === undefined) return place === "" ? Number.NaN : Number(place);
  return place === String(channelChat.id) ? directChat(Number(topic) - 900) : Number.NaN;
}
