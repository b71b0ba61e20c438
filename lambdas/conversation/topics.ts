import type { Conversation } from "../model/conversation.ts";
import { messageNamedBy, isMessageId } from "../model/ids.ts";
import type { CustomerEvent, Where } from "../model/message.ts";
import type { AttemptConversations } from "../delivery/attempt-conversations.ts";
import type { StepResult } from "../delivery/attempt.ts";
import type { Recipient } from "../delivery/step.ts";

/**
 * The topics of a private chat as its conversation keeps them, the newest last.
 * - `<message>:<topic>`: the customer has written in this topic from this message on. Nothing after the colon
 *   means outside of topics.
 * - `:<topic>`: the customer has pressed a button there. A press has no message of its own.
 * - `<message>=:<topic>`: only this message is in that topic. It is an answer of ours to another topic than the
 *   topic of the customer's last message, or a message of the customer that came late. These entries stand
 *   before all others.
 */
type Topics = readonly string[];

type Written = Pick<CustomerEvent, "conversationId" | "where"> &
  Partial<Pick<CustomerEvent, "msgid">>;

/** Older entries matter only for quotes of messages from before them. */
const mostTopics = 20;
const mostAside = 10;

/** Where the customer was last. Messages to the customer go there. */
export function whereNow(known: Conversation | undefined): Where {
  return whereOf(known?.topics?.findLast((topic) => !isOfOne(topic)));
}

/** The place of an answer: the topic of the message that it quotes, else of the customer's last message. */
export function whereToAnswer(known: Conversation | undefined, telegramMessageId?: string): Where {
  if (telegramMessageId === undefined) return whereNow(known);
  const ours = known?.topics?.find((topic) => sinceOf(topic) === `${telegramMessageId}=`);
  if (ours !== undefined) return whereOf(ours);
  const begun = known?.topics?.filter(isOfMessage);
  return whereOf(begun?.findLast((topic) => Number(sinceOf(topic)) <= Number(telegramMessageId)));
}

/** True when that place is another topic than the topic of the customer's last message. */
export function isOtherTopic(
  { topics = [] }: Pick<Conversation, "topics"> = {},
  { topicId = "" }: Where,
) {
  return topicOf(topics.findLast(isOfMessage)) !== topicId;
}

/** The change for an answer of ours that went to another topic, so that a quote of it goes there too. */
export function answeredInOtherTopic(
  known: Pick<Conversation, "topics"> | undefined,
  telegramMessageId: string,
  where: Where,
): { topics?: Topics } {
  const { topics = [] } = known ?? {};
  const { topicId = "" } = where;
  const isGone = topicId !== "" && !topics.some((topic) => topicOf(topic) === topicId);
  if (isGone || !isOtherTopic(known, where)) return {};
  return { topics: withAside(topics, telegramMessageId, topicId) };
}

function withAside(topics: Topics, telegramMessageId: string, topicId: string): Topics {
  const aside = [...topics.filter(isOfOne), `${telegramMessageId}=:${topicId}`];
  return [...aside.slice(-mostAside), ...topics.filter((topic) => !isOfOne(topic))];
}

/** The change for the topic of a customer's message or press. Empty when the entries say that topic already. */
export function topicNews(
  { topics = [] }: Pick<Conversation, "topics"> = {},
  { msgid = "", conversationId, where }: Written,
): { topics?: Topics } {
  const { topicId = "" } = where ?? {};
  const message = messageNamedBy(msgid, conversationId);
  const written = topics.filter((topic) => isOfMessage(topic) || isOfOne(topic));
  const last = written.findLast(isOfMessage);
  const isThere = topicOf(topics.findLast((topic) => !isOfOne(topic))) === topicId;
  if (message === undefined) {
    // For a reaction, and for a button under an old message, Telegram does not name the topic.
    return topicId === "" || isThere ? {} : { topics: bounded([...written, `:${topicId}`]) };
  }
  if (Number(message) < Number(sinceOf(last))) {
    // A late message, or an edit: the customer has written in another place since.
    const isKnown = whereToAnswer({ conversationId, topics }, message).topicId === where?.topicId;
    return isKnown ? {} : { topics: withAside(topics, message, topicId) };
  }
  if (isThere && topics.length === written.length) return {};
  const isKnown = topicOf(last) === topicId;
  return { topics: bounded(isKnown ? written : [...written, `${message}:${topicId}`]) };
}

/** The entries after Telegram has said that a topic is gone. Its messages count as outside of topics. */
export function withoutTopic(topics: Topics = [], topicId: string): Topics {
  return topics.map((topic) => (topicOf(topic) === topicId ? `${sinceOf(topic)}:` : topic));
}

function bounded(topics: Topics): Topics {
  return topics.slice(-mostTopics);
}

function isOfMessage(topic: string): boolean {
  return !topic.startsWith(":") && !isOfOne(topic);
}

function isOfOne(topic: string): boolean {
  return topic.includes("=");
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

/** Forgets a topic that does not exist any more. */
export async function forgetTopic(
  conversationId: string,
  topicId: string,
  conversations: AttemptConversations,
): Promise<void> {
  const known = await conversations.findAgain(conversationId);
  if (known?.topics?.some((topic) => topicOf(topic) === topicId) !== true) return;
  await conversations.update(conversationId, { topics: withoutTopic(known.topics, topicId) });
}

/**
 * Remembers the topic of a message, when it is not the topic of the customer's last message. A failure here
 * is no reason to send the message again.
 */
export async function rememberOtherTopic(
  { conversationId, where = {}, isOtherTopic }: Recipient,
  { id = "" }: StepResult,
  conversations: AttemptConversations,
): Promise<void> {
  if (isOtherTopic !== true || !isMessageId(id)) return;
  try {
    // Read again: the customer may have written in another topic meanwhile.
    const news = answeredInOtherTopic(await conversations.findAgain(conversationId), id, where);
    if (news.topics !== undefined) await conversations.update(conversationId, news);
  } catch {
    // A quote of this message then goes to the topic of the customer's last message.
  }
}
