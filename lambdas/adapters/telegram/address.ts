import { isPrivateChat } from "../../model/ids.ts";
import type { Where } from "../../model/message.ts";

/** How methods address a chat of ours, and where in it. */
export type Address = {
  readonly chat: string;
  /** For every method that makes a message. */
  readonly place: {
    readonly message_thread_id?: number;
    readonly direct_messages_topic_id?: number;
  };
};

/** @see https://core.telegram.org/bots/api#sendmessage */
export function addressOf(chatId: string, { topicId }: Where = {}): Address {
  const [chat = chatId, directTopic] = isPrivateChat(chatId) ? [] : chatId.split("-dm");
  if (directTopic !== undefined) {
    return { chat, place: { direct_messages_topic_id: Number(directTopic) } };
  }
  return { chat, place: topicId === undefined ? {} : { message_thread_id: Number(topicId) } };
}
