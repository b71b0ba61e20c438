import { directChatOf } from "../../model/ids.ts";
import { valueAt } from "../untrusted.ts";

/**
 * What we call the chat of a message: its id, or in the direct messages of a channel, which are one chat for
 * all who write there, the id with that of the topic.
 * @see https://core.telegram.org/bots/api#directmessagestopic
 */
export function chatNameOf(chatId: number, message: unknown): string {
  const topic = valueAt(message, "direct_messages_topic", "topic_id");
  const isDirect = chatId < 0 && Number.isSafeInteger(topic) && Number(topic) > 0;
  return isDirect ? directChatOf(String(chatId), String(topic)) : String(chatId);
}
