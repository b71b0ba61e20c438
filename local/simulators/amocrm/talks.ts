import type { SimulatedAnswer } from "../../http.ts";
import { takeId } from "./account.ts";
import type { Account, Chat, Talk } from "./account.ts";
import { halAnswer, mainRefusal } from "./answers.ts";
import { accountNumber } from "./contacts.ts";
import type { SimulatedAmocrmMessage } from "./types.ts";

const maxEvents = 100;

/** Records a message in the talk of its chat. A silent message begins no talk. */
export function noteInTalk(account: Account, { id, chatId, silent }: SimulatedAmocrmMessage): void {
  const open = account.talks.find((talk) => talk.chatId === chatId && talk.isOpen);
  if (open === undefined && silent) return;
  const at = Math.floor(account.now() / 1000);
  const talk = open ?? {
    id: takeId(account),
    chatId,
    createdAt: at,
    updatedAt: at,
    isOpen: true,
    messageIds: new Set(),
  };
  if (open === undefined) account.talks.push(talk);
  talk.updatedAt = at;
  talk.messageIds.add(id);
}

/** An operator closes the newest talk of a chat in the account's interface, or opens it again. */
export function setTalk(account: Account, chat: Chat, isOpen: boolean): void {
  const talk = account.talks.findLast(({ chatId }) => chatId === chat.id);
  if (talk === undefined || talk.isOpen === isOpen) {
    throw new Error(`There is no ${isOpen ? "closed" : "open"} talk in ${chat.conversationId}.`);
  }
  talk.isOpen = isOpen;
  talk.updatedAt = Math.floor(account.now() / 1000);
}

/** `GET /api/v4/talks/{id}`. */
export function getTalk(account: Account, id: number): SimulatedAnswer {
  const talk = account.talks.find((one) => one.id === id);
  if (talk === undefined) throw mainRefusal(404, "Not Found", "No such talk");
  const contactId = contactOf(account, talk);
  return halAnswer({
    talk_id: talk.id,
    created_at: talk.createdAt,
    updated_at: talk.updatedAt,
    rate: 0,
    contact_id: contactId,
    chat_id: talk.chatId,
    entity_id: null,
    entity_type: null,
    is_in_work: talk.isOpen,
    is_read: true,
    origin: "telegram",
    missed_at: null,
    account_id: accountNumber,
    _embedded: { contacts: [{ id: contactId }], leads: [], customers: [] },
  });
}

/**
 * `GET /api/v4/events`, only for messages in chats. The filter uses the contact of an event, although
 * the vendor may name another entity in its answer.
 */
export function listEvents(account: Account, query: URLSearchParams): SimulatedAnswer {
  const all = (name: string) => query.getAll(`filter[${name}][]`);
  const limit = Number(query.get("limit") ?? 50);
  if (limit > maxEvents) throw mainRefusal(400, "Bad Request", "At most 100 events a page");
  if (all("entity_id").length > 0 && all("entity").length === 0) {
    throw mainRefusal(400, "Bad Request", "filter[entity_id] needs filter[entity]");
  }
  const since = Number(query.get("filter[created_at][from]") ?? 0);
  const events = account.talks
    .filter((talk) => all("entity_id").includes(String(contactOf(account, talk))))
    .flatMap((talk) => [...talk.messageIds].map((id) => eventOf(account, talk, id)))
    .filter(({ type, created_at: at }) => all("type").includes(type) && at >= since)
    .toSorted((one, other) => other.created_at - one.created_at)
    .slice(0, limit);
  if (events.length === 0) return { status: 204 };
  return halAnswer({ _page: 1, _embedded: { events } });
}

function eventOf(account: Account, talk: Talk, messageId: string) {
  const message = account.messageById.get(messageId);
  const isIncoming = message?.direction === "customer";
  return {
    id: `event-${messageId}`,
    type: isIncoming ? "incoming_chat_message" : "outgoing_chat_message",
    entity_id: contactOf(account, talk),
    entity_type: "contact",
    created_by: 0,
    created_at: message?.timestamp ?? 0,
    value_after: [{ message: { id: messageId, talk_id: talk.id, origin: "telegram" } }],
    value_before: [],
    account_id: accountNumber,
  };
}

function contactOf(account: Account, { chatId }: Talk): number | undefined {
  return account.links.find((link) => link.chatId === chatId)?.contactId;
}
