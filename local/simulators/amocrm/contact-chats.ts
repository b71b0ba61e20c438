import * as z from "zod";
import type { SimulatedAnswer, SimulatedRequest } from "../../http.ts";
import { takeId } from "./account.ts";
import type { Account, ChatLink } from "./account.ts";
import { halAnswer, mainRefusal, validationRefusal } from "./answers.ts";
import { readEntities } from "./contacts.ts";

const linkSchema = z.object({
  contact_id: z.int(),
  chat_id: z.string().min(1),
  request_id: z.string().optional(),
});

/**
 * `POST /api/v4/contacts/chats`: links chats to contacts. A chat has one contact, and a new link
 * replaces the old one.
 */
export function linkChats(account: Account, request: SimulatedRequest): SimulatedAnswer {
  if (request.headers.cookie !== undefined) {
    throw mainRefusal(403, "Forbidden", "Session cookies must not be sent");
  }
  const given = readEntities(request, linkSchema);
  for (const [index, link] of given.entries()) {
    const refuse = (path: string) => {
      const requestId = link.request_id ?? String(index);
      throw validationRefusal(requestId, "NotSupportedChoice", path, `No such ${path}.`);
    };
    if (!account.contacts.has(link.contact_id)) refuse("contact_id");
    if (!account.chats.has(link.chat_id)) refuse("chat_id");
  }
  const chats = given.map((link, index) => ({
    ...linkObject(tie(account, link.chat_id, link.contact_id)),
    request_id: link.request_id ?? String(index),
  }));
  return halAnswer({ _total_items: chats.length, _embedded: { chats } });
}

/** `GET /api/v4/contacts/chats` by `chat_id`, `contact_id` or both, as single values or arrays. */
export function listChatLinks(account: Account, query: URLSearchParams): SimulatedAnswer {
  const chatIds = readList(query, "chat_id");
  const contactIds = readList(query, "contact_id");
  if (chatIds.length + contactIds.length === 0) {
    throw mainRefusal(400, "Bad Request", "chat_id or contact_id is needed");
  }
  const found = account.links.filter(
    (link) =>
      (chatIds.length === 0 || chatIds.includes(link.chatId)) &&
      (contactIds.length === 0 || contactIds.includes(String(link.contactId))),
  );
  if (found.length === 0) return { status: 204 };
  return halAnswer({ _total_items: found.length, _embedded: { chats: found.map(linkObject) } });
}

function tie(account: Account, chatId: string, contactId: number): ChatLink {
  const known = account.links.find((link) => link.chatId === chatId);
  if (known?.contactId === contactId) return known;
  const link = { id: takeId(account), contactId, chatId };
  if (known === undefined) account.links.push(link);
  else account.links.splice(account.links.indexOf(known), 1, link);
  return link;
}

function readList(query: URLSearchParams, name: string): string[] {
  return [...query]
    .filter(([key]) => key === name || (key.startsWith(`${name}[`) && key.endsWith("]")))
    .map(([, value]) => value);
}

function linkObject(link: ChatLink): { chat_id: string; contact_id: number; id: number } {
  return { chat_id: link.chatId, contact_id: link.contactId, id: link.id };
}
