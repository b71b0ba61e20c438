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

/**
 * The same where a direct message is told without its topic, of which nothing is known but who did something
 * to it: the topic of a person has the person's id. Undefined where the chat is of another form.
 */
export function directChatWith(chat: unknown, personId: unknown): string | undefined {
  const isDirect = valueAt(chat, "is_direct_messages") === true;
  const topic = { direct_messages_topic: { topic_id: personId } };
  const chatId = Number(valueAt(chat, "id"));
  const name = isDirect ? chatNameOf(chatId, topic) : String(chatId);
  return name === String(chatId) ? undefined : name;
}
