import type { DeskChat, DeskContact, DeskLead, DeskMessage } from "../../stream.ts";

/** A chat in the operators' list. */
export type ListedChat = {
  readonly chat: DeskChat;
  readonly name: string;
  readonly last: DeskMessage | undefined;
  readonly unread: number;
};

/** The messages of each chat, oldest first. */
export function deskMessagesByChat(
  messages: Iterable<DeskMessage>,
): ReadonlyMap<string, readonly DeskMessage[]> {
  return Map.groupBy(messages, ({ chatId }) => chatId);
}

/** The chats whose customer has the words in the name, the newest message first. */
export function listedChats(
  chats: Iterable<DeskChat>,
  facts: {
    readonly messages: ReadonlyMap<string, readonly DeskMessage[]>;
    readonly contacts: ReadonlyMap<string, DeskContact>;
    readonly seen: ReadonlyMap<string, string>;
    readonly words: string;
  },
): readonly ListedChat[] {
  const wanted = facts.words.trim().toLowerCase();
  return [...chats]
    .map((chat) => {
      const messages = facts.messages.get(chat.id) ?? [];
      const name = chatName(chat, facts.contacts);
      const unread = unreadOf(messages, facts.seen.get(chat.id));
      return { chat, name, last: messages.at(-1), unread };
    })
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .sort((one, other) => (other.last?.msecTimestamp ?? 0) - (one.last?.msecTimestamp ?? 0));
}

/** The name of a chat: its contact's, else the customer's. */
export function chatName(chat: DeskChat, contacts: ReadonlyMap<string, DeskContact>): string {
  return contacts.get(String(chat.contactId))?.name ?? chat.customer?.name ?? chat.id.slice(0, 8);
}

/**
 * How many messages of the customer came after the last one that an operator has seen, and after the last
 * answer. Silent messages do not count: amoCRM tells operators nothing about them.
 */
export function unreadOf(messages: readonly DeskMessage[], seenId: string | undefined): number {
  const end = messages.findLastIndex(({ id, direction }) => {
    return id === seenId || direction === "operator";
  });
  return messages
    .slice(end + 1)
    .filter(({ direction, silent }) => direction === "customer" && !silent).length;
}

/** The lead that the desk shows for a contact: the newest open one, else the newest. Deleted ones are gone. */
export function leadOfContact(
  leads: Iterable<DeskLead>,
  contactId: number | undefined,
): DeskLead | undefined {
  const own = [...leads].filter(
    (lead) => contactId !== undefined && lead.contactId === contactId && !lead.isDeleted,
  );
  return own.findLast(({ isOpen }) => isOpen) ?? own.at(-1);
}
