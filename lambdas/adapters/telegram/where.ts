import type { Where } from "../../model/message.ts";
import { isObject } from "../untrusted.ts";

/** Telegram's own number of what is outside of topics, which no method takes. */
const general = 1;

/**
 * Where in its chat a Message stands. Answers carry a `message_thread_id` in chats without topics too, and no
 * method takes that of a chain of answers: only beside `is_topic_message` it names a topic.
 * @see https://core.telegram.org/bots/api#message
 */
export function whereIn(message: unknown): { readonly where?: Where } {
  if (!isObject(message) || message["is_topic_message"] !== true) return {};
  const topic = message["message_thread_id"];
  const isTopic = Number.isSafeInteger(topic) && Number(topic) > general;
  return isTopic ? { where: { topicId: String(topic) } } : {};
}
