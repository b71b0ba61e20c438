import { takeId } from "./account.ts";
import type { Account, Chat, Talk, Method } from "./account.ts";
import { halAnswer, mainRefusal } from "./answers.ts";
import { accountNumber } from "./crm.ts";
import { findLead, isClosed, openLeadOf } from "./lead-records.ts";
import type { SimulatedAmocrmMessage } from "./types.ts";

const maxEvents = 100;

/** Records a message in the talk of its chat. A silent message begins no talk. */
export function noteInTalk(
  account: Account,
  { id, chatId, silent, direction }: SimulatedAmocrmMessage,
): void {
  closeLate(account);
  const open = account.talks.find((talk) => talk.chatId === chatId && talk.isOpen);
  if (open === undefined && silent) return;
  const at = Math.floor(account.now() / 1000);
  const talk = open ?? {
    id: takeId(account),
    chatId,
    createdAt: at,
    updatedAt: at,
    isOpen: true,
    markUntilMillis: undefined,
    messageIds: new Set(),
    leadId: undefined,
  };
  if (open === undefined) account.talks.push(talk);
  talk.leadId = leadOf(account, talk);
  talk.updatedAt = at;
  talk.messageIds.add(id);
  // The bot has asked for a mark, so the customer's message is the answer.
  if (talk.markUntilMillis !== undefined && direction === "customer") close(talk);
}

/** Closes the talks whose customers gave no mark in time. */
function closeLate({ talks, now }: Account): void {
  for (const talk of talks) {
    if (talk.markUntilMillis !== undefined && now() >= talk.markUntilMillis) close(talk);
  }
}

function close(talk: Talk): void {
  talk.isOpen = false;
  talk.markUntilMillis = undefined;
}

/** A talk of the main API, or its 404. */
export function findTalk(account: Account, id: number): Talk {
  closeLate(account);
  const talk = account.talks.find((one) => one.id === id);
  if (talk === undefined) throw mainRefusal(404, "Not Found", "No such talk");
  return talk;
}

/** The lead of a talk after a message: the talk's own while it is open, else the contact's open lead. */
function leadOf(account: Account, talk: Talk): number | undefined {
  const own = findLead(account, talk.leadId ?? 0);
  if (own !== undefined && !isClosed(own)) return own.id;
  const contactId = contactOf(account, talk);
  const next = contactId === undefined ? undefined : openLeadOf(account, contactId);
  return (next ?? own)?.id;
}

/** An operator closes the newest talk of a chat in the account's interface, or opens it again. */
export function setTalk(account: Account, chat: Chat, isOpen: boolean): void {
  closeLate(account);
  const talk = account.talks.findLast(({ chatId }) => chatId === chat.id);
  if (talk === undefined || talk.isOpen === isOpen) {
    throw new Error(`There is no ${isOpen ? "closed" : "open"} talk in ${chat.conversationId}.`);
  }
  talk.isOpen = isOpen;
  talk.markUntilMillis = undefined;
  talk.updatedAt = Math.floor(account.now() / 1000);
}

/** `GET /api/v4/talks/{id}`. */
export const getTalk: Method = (account, _, id) => {
  const talk = findTalk(account, id);
  const contactId = contactOf(account, talk);
  const lead = findLead(account, talk.leadId ?? 0);
  return halAnswer({
    talk_id: talk.id,
    created_at: talk.createdAt,
    updated_at: talk.updatedAt,
    rate: 0,
    contact_id: contactId,
    chat_id: talk.chatId,
    entity_id: lead?.id ?? null,
    entity_type: lead === undefined ? null : "lead",
    is_in_work: talk.isOpen,
    is_read: true,
    origin: "telegram",
    missed_at: null,
    account_id: accountNumber,
    _embedded: {
      contacts: [{ id: contactId }],
      leads: lead === undefined ? [] : [{ id: lead.id }],
      customers: [],
    },
  });
};

/**
 * `GET /api/v4/events`, only for messages in chats. The filter uses the contact of an event, although
 * the vendor may name another entity in its answer.
 */
export const listEvents: Method = (account, { query }) => {
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
};

function eventOf(account: Account, talk: Talk, messageId: string) {
  const message = account.messageById.get(messageId);
  const isIncoming = message?.direction === "customer";
  const contactId = contactOf(account, talk);
  // An event names the lead, and the contact only without one. The filter still takes the contact.
  const lead = findLead(account, talk.leadId ?? 0);
  const entityId = lead?.id ?? contactId;
  return {
    id: `event-${messageId}`,
    type: isIncoming ? "incoming_chat_message" : "outgoing_chat_message",
    entity_id: entityId,
    entity_type: lead === undefined ? "contact" : "lead",
    created_by: 0,
    created_at: message?.timestamp ?? 0,
    value_after: [{ message: { id: messageId, talk_id: talk.id, origin: "telegram" } }],
    value_before: [],
    account_id: accountNumber,
    _embedded: { entity: { id: entityId, linked_talk_contact_id: contactId ?? null } },
  };
}

function contactOf(account: Account, { chatId }: Talk): number | undefined {
  return account.links.find((link) => link.chatId === chatId)?.contactId;
}
