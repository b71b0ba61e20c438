import type { PhoneChat, PhoneMessage } from "../../stream.ts";
import { nameOf } from "./bot-api.ts";
import type { ApiMessage } from "./bot-api.ts";

/** The messages of each chat, oldest first. */
export function messagesByChat(
  messages: Iterable<PhoneMessage>,
): ReadonlyMap<number, readonly PhoneMessage[]> {
  const groups = Map.groupBy(messages, ({ chatId }) => chatId);
  for (const group of groups.values()) group.sort((one, other) => one.messageId - other.messageId);
  return groups;
}

/** A customer in the list, with the last message. */
export type ListedCustomer = {
  readonly chat: PhoneChat;
  readonly name: string;
  readonly last: PhoneMessage | undefined;
};

/** The customers whose name, @username or id has the words, the newest message first. */
export function listedCustomers(
  chats: Iterable<PhoneChat>,
  messages: ReadonlyMap<number, readonly PhoneMessage[]>,
  words: string,
): readonly ListedCustomer[] {
  const wanted = words.trim().toLowerCase();
  return [...chats]
    .map((chat) => ({ chat, name: customerName(chat), last: messages.get(chat.id)?.at(-1) }))
    .filter(({ chat, name }) =>
      [name, `@${chat.customer.username ?? ""}`, String(chat.id)].some((value) =>
        value.toLowerCase().includes(wanted),
      ),
    )
    .sort((one, other) => dateOf(other.last) - dateOf(one.last) || other.chat.id - one.chat.id);
}

/** The name of a customer. A chat of another kind has none and shows its id. */
export function customerName({ id, customer }: PhoneChat): string {
  return nameOf(customer) || String(id);
}

/**
 * The messages of a chat that a person sees: of a topic or of all. Those of a deleted topic are gone with it.
 */
export function seenMessages(
  messages: readonly PhoneMessage[],
  topics: readonly number[],
  topic: number | undefined,
): readonly PhoneMessage[] {
  return messages.filter((message) => {
    const own = topicOf(message);
    return topic === undefined ? own === undefined || topics.includes(own) : own === topic;
  });
}

/** The topic of a message. Undefined outside of topics, also in a chain of answers. */
export function topicOf({ message }: PhoneMessage): number | undefined {
  const { is_topic_message: isInTopic, message_thread_id: thread } = message as ApiMessage;
  return isInTopic === true ? thread : undefined;
}

/** The number of the next topic: the id of the message that will begin it, as in Telegram. */
export function nextTopic(messages: readonly PhoneMessage[], topics: readonly number[]): number {
  return Math.max(messages.at(-1)?.messageId ?? 0, ...topics) + 1;
}

/** The id of the next customer of the page. */
export function nextCustomerId(ids: Iterable<number>): number {
  return Math.max(41, ...ids) + 1;
}

function dateOf(message: PhoneMessage | undefined): number {
  return (message?.message as ApiMessage | undefined)?.date ?? 0;
}
