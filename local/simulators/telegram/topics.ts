import { badRequest } from "./answers.ts";
import type { Chat } from "./chats.ts";
import type { Parameters } from "./parameters.ts";

/** The fields of a `Message` about its topic. */
type OfTopic = {
  readonly direct_messages_topic?: unknown;
  readonly message_thread_id?: unknown;
  readonly is_topic_message?: unknown;
};

/**
 * A customer's message in a topic opens the topic. Without `is_topic_message` the
 * thread is a chain of answers.
 */
export function noteTopic(chat: Chat, messageId: number, message: OfTopic): void {
  const direct = message.direct_messages_topic as { topic_id?: unknown } | undefined;
  if (typeof direct?.topic_id === "number") chat.directTopics.set(direct.topic_id, direct);
  const topic = message.message_thread_id;
  if (message.is_topic_message !== true || typeof topic !== "number") return;
  chat.topics.add(topic);
  chat.topicOf.set(messageId, topic);
}

/**
 * The topic that a method names. It must be one of the chat's topics. Messages outside of topics have
 * no number that a method accepts, and a chain of answers is no topic.
 */
export function readTopic(parameters: Parameters, chat: Chat): number | undefined {
  const topic = parameters.integer("message_thread_id");
  if (topic === undefined || chat.topics.has(topic)) return topic;
  throw badRequest("message thread not found");
}

/**
 * In a channel's direct messages, every send must name one of their topics. Anywhere
 * else, no send may name one.
 */
export function readDirectTopic(parameters: Parameters, chat: Chat): number | undefined {
  const topic = parameters.integer("direct_messages_topic_id");
  const isDirect = chat.place?.["is_direct_messages"] === true;
  const fits = isDirect ? chat.directTopics.has(topic ?? 0) : topic === undefined;
  if (fits) return topic;
  throw badRequest("wrong direct messages topic identifier specified");
}

/** A message's topic in the Bot API's form. */
export function inTopic(topic: number | undefined): OfTopic {
  return topic === undefined ? {} : { message_thread_id: topic, is_topic_message: true };
}

/** Deletes a topic with all its messages. */
export function deleteTopic(chat: Chat, topic: number): void {
  if (!chat.topics.delete(topic)) throw new Error(`chat ${chat.id} has no topic ${topic}`);
  for (const [messageId, of] of chat.topicOf) {
    if (of !== topic) continue;
    chat.topicOf.delete(messageId);
    chat.messageIds.delete(messageId);
    chat.objects.delete(messageId);
  }
}
