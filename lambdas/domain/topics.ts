import type { Conversation } from "../model/conversation.ts";
import { messageNamedBy } from "../model/ids.ts";
import type { CustomerEvent, Where } from "../model/message.ts";

/**
 * Topics of a private chat as its conversation keeps them, the newest last: `<message>:<topic>` says that
 * the customer has written there from that message on, and nothing behind the colon that it was outside of
 * topics. A press of a button has no message of its own: then nothing stands before the colon. Before all
 * these stand answers of ours that went to another topic than that of the customer's last message:
 * `<message>=:<topic>`.
 */
type Topics = readonly string[];

type Written = Pick<CustomerEvent, "conversationId" | "where"> &
  Partial<Pick<CustomerEvent, "msgid">>;

/** Older changes are only needed for quotes of what was written before them. */
const mostTopics = 20;
const mostAside = 10;

/** Where the customer was last: what they get goes there. */
export function whereNow(known: Conversation | undefined): Where {
  return whereOf(known?.topics?.findLast((topic) => !isOfAnswer(topic)));
}

/** Where an answer goes: to the topic of the message it quotes, else to that of the customer's last. */
export function whereToAnswer(known: Conversation | undefined, telegramMessageId?: string): Where {
  if (telegramMessageId === undefined) return whereNow(known);
  const ours = known?.topics?.find((topic) => sinceOf(topic) === `${telegramMessageId}=`);
  if (ours !== undefined) return whereOf(ours);
  const begun = known?.topics?.filter(isOfMessage);
  return whereOf(begun?.findLast((topic) => Number(sinceOf(topic)) <= Number(telegramMessageId)));
}

/** Does what goes there go to another topic than that of the customer's last message? */
export function isAside(
  { topics = [] }: Pick<Conversation, "topics"> = {},
  { topicId = "" }: Where,
) {
  return topicOf(topics.findLast(isOfMessage)) !== topicId;
}

/** What to write of an answer of ours that went aside, so that a quote of it follows it there. */
export function answeredAside(
  known: Pick<Conversation, "topics"> | undefined,
  telegramMessageId: string,
  where: Where,
): { topics?: Topics } {
  const { topics = [] } = known ?? {};
  const { topicId = "" } = where;
  const isGone = topicId !== "" && !topics.some((topic) => topicOf(topic) === topicId);
  if (isGone || !isAside(known, where)) return {};
  const ours = [...topics.filter(isOfAnswer), `${telegramMessageId}=:${topicId}`];
  const others = topics.filter((topic) => !isOfAnswer(topic));
  return { topics: [...ours.slice(-mostAside), ...others] };
}

/** What to write of where the customer is: nothing, unless they went to another topic. */
export function topicNews(
  { topics = [] }: Pick<Conversation, "topics"> = {},
  { msgid = "", conversationId, where }: Written,
): { topics?: Topics } {
  const { topicId = "" } = where ?? {};
  const message = messageNamedBy(msgid, conversationId);
  const written = topics.filter((topic) => isOfMessage(topic) || isOfAnswer(topic));
  const last = written.findLast(isOfMessage);
  const isThere = topicOf(topics.findLast((topic) => !isOfAnswer(topic))) === topicId;
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
  return !topic.startsWith(":") && !isOfAnswer(topic);
}

function isOfAnswer(topic: string): boolean {
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
