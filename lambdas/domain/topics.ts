import type { Conversation } from "../model/conversation.ts";
import { messageNamedBy } from "../model/ids.ts";
import type { CustomerEvent, Where } from "../model/message.ts";

/**
 * Topics of a private chat as its conversation keeps them, the newest last: `<message>:<topic>` says that
 * the customer has written there from that message on, and nothing behind the colon that it was outside of
 * topics. A press of a button has no message of its own: then nothing stands before the colon.
 */
type Topics = readonly string[];

type Written = Pick<CustomerEvent, "conversationId" | "where"> &
  Partial<Pick<CustomerEvent, "msgid">>;

/** Older changes are only needed for quotes of what was written before them. */
const mostTopics = 20;

/** Where the customer was last: what they get goes there. */
export function whereNow(known: Conversation | undefined): Where {
  return whereOf(known?.topics?.at(-1));
}

/** Where an answer goes: to the topic of the message it quotes, else to that of the customer's last. */
export function whereToAnswer(known: Conversation | undefined, telegramMessageId?: string): Where {
  if (telegramMessageId === undefined) return whereNow(known);
  const begun = known?.topics?.filter(
    (topic) => Number(sinceOf(topic)) <= Number(telegramMessageId),
  );
  return whereOf(begun?.findLast(isOfMessage));
}

/** What to write of where the customer is: nothing, unless they went to another topic. */
export function topicNews(
  { topics = [] }: Pick<Conversation, "topics"> = {},
  { msgid = "", conversationId, where }: Written,
): { topics?: Topics } {
  const { topicId = "" } = where ?? {};
  const message = messageNamedBy(msgid, conversationId);
  const written = topics.filter(isOfMessage);
  const last = written.at(-1);
  const isThere = topicOf(topics.at(-1)) === topicId;
  if (message === undefined) {
    // Of a reaction, and of a button under an old message, Telegram does not say in which topic it is.
    return topicId === "" || isThere ? {} : { topics: bounded([...written, `:${topicId}`]) };
  }
  // Delivered late, or an edit: the customer has written elsewhere since.
  if (Number(message) < Number(sinceOf(last))) return {};
  if (isThere && topics.length === written.length) return {};
  const isKnown = topicOf(last) === topicId;
  return { topics: bounded(isKnown ? written : [...written, `${message}:${topicId}`]) };
}

/** What is kept once Telegram has said that a topic is no more: what is in it counts as outside of topics. */
export function withoutTopic(topics: Topics = [], topicId: string): Topics {
  return topics.map((topic) => (topicOf(topic) === topicId ? `${sinceOf(topic)}:` : topic));
}

function bounded(topics: Topics): Topics {
  return topics.slice(-mostTopics);
}

function isOfMessage(topic: string): boolean {
  return !topic.startsWith(":");
}

function whereOf(topic: string | undefined): Where {
  const topicId = topicOf(topic);
  return topicId === "" ? {} : { topicId };
}

function topicOf(topic = ":"): string {
  return topic.slice(topic.indexOf(":") + 1);
}

function sinceOf(topic = ":"): string {
  return topic.slice(0, topic.indexOf(":"));
}
