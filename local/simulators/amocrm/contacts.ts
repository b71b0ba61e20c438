import * as z from "zod";
import { parseJson } from "../../http.ts";
import { describe } from "../control.ts";
import type { SimulatedAnswer, SimulatedRequest } from "../../http.ts";
import { takeId } from "./account.ts";
import type { Account, ChatLink, Contact } from "./account.ts";
import { halAnswer, mainRefusal, validationRefusal } from "./answers.ts";
import { givenFields, withFields, wordsIn } from "./contact-fields.ts";

const maxPage = 250;
const contactSchema = z.looseObject({
  name: z.string().optional(),
  first_name: z.string().optional(),
  last_name: z.string().optional(),
  responsible_user_id: z.int().optional(),
  request_id: z.string().optional(),
  custom_fields_values: givenFields,
  tags_to_add: z.array(z.looseObject({})).optional(),
});

/** `POST /api/v4/contacts`: an array. It creates all contacts or none. */
export function addContacts(account: Account, request: SimulatedRequest): SimulatedAnswer {
  const given = readEntities(request, contactSchema);
  const contacts = given.map((contact, index) => {
    const id = takeId(account);
    const requestId = contact.request_id ?? String(index);
    const fields = withFields(null, contact.custom_fields_values, requestId);
    const name = contact.name ?? [contact.first_name, contact.last_name].filter(Boolean).join(" ");
    const createdAt = Math.floor(account.now() / 1000);
    const times = { createdAt, updatedAt: createdAt };
    account.contacts.set(id, { id, name, fields, isUnsorted: false, requestId, ...times });
    return { id, request_id: requestId };
  });
  return halAnswer({ _embedded: { contacts } });
}

/** `GET /api/v4/contacts`: searches by name and field values. It leaves out contacts in unsorted leads. */
export function listContacts(account: Account, query: URLSearchParams): SimulatedAnswer {
  const limit = readNumber(query, "limit", 50);
  const page = readNumber(query, "page", 1);
  if (limit > maxPage) throw mainRefusal(422, "Unprocessable Entity", "Limit 250 per page");
  const wanted = (query.get("query") ?? "").toLowerCase();
  const found = [...account.contacts.values()]
    .filter((contact) => !contact.isUnsorted)
    .filter(({ name, fields }) =>
      [name, ...wordsIn(fields)].some((value) => value.toLowerCase().includes(wanted)),
    )
    .sort(readOrder(query))
    .slice((page - 1) * limit, page * limit);
  if (found.length === 0) return { status: 204 };
  return halAnswer({
    _page: page,
    _embedded: { contacts: found.map((contact) => contactObject(account, contact)) },
  });
}

/** `GET /api/v4/contacts/{id}`: 204 for one that does not exist. */
export function getContact(account: Account, id: number): SimulatedAnswer {
  const contact = account.contacts.get(id);
  return contact === undefined ? { status: 204 } : halAnswer(contactObject(account, contact));
}

/** `PATCH /api/v4/contacts/{id}`: fields that are not given stay unchanged. */
export function changeContact(
  account: Account,
  id: number,
  request: SimulatedRequest,
): SimulatedAnswer {
  const body = { ...request, body: Buffer.from(`[${request.body.toString("utf8")}]`) };
  const [given = {}] = readEntities(body, contactSchema);
  const contact = account.contacts.get(id);
  if (contact === undefined) {
    throw validationRefusal("0", "NotSupportedChoice", "id", "No such contact.");
  }
  contact.name = given.name ?? contact.name;
  contact.fields = withFields(contact.fields, given.custom_fields_values, "0");
  contact.updatedAt = Math.floor(account.now() / 1000);
  return halAnswer({ id, name: contact.name, updated_at: contact.updatedAt });
}

/** Reads an array of entities of the main API, or throws its 400 that names the entity and the field. */
function readEntities<Entity>(request: SimulatedRequest, schema: z.ZodType<Entity>): Entity[] {
  const value = parseJson(request.body);
  if (value === undefined) throw mainRefusal(400, "Bad Request", "Invalid JSON");
  if (!Array.isArray(value) || value.length === 0 || value.length > maxPage) {
    throw mainRefusal(400, "Bad Request", `Body must be an array of 1 to ${maxPage} entities`);
  }
  return value.map((entity: unknown, index) => {
    const result = schema.safeParse(entity);
    if (result.success) return result.data;
    const requestId = (entity as { request_id?: unknown } | null)?.request_id;
    const path = result.error.issues[0]?.path.map(String).join(".") ?? "";
    throw validationRefusal(
      typeof requestId === "string" ? requestId : String(index),
      "InvalidType",
      path,
      describe(result.error),
    );
  });
}

function readNumber(query: URLSearchParams, name: string, usual: number): number {
  const text = query.get(name) ?? String(usual);
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw mainRefusal(400, "Bad Request", `${name} must be a positive whole number`);
}

function readOrder(query: URLSearchParams): (a: Contact, b: Contact) => number {
  const [key, direction] = [...query].find(([name]) => name.startsWith("order")) ?? [
    "order[id]",
    "asc",
  ];
  if (!["order[id]", "order[updated_at]"].includes(key) || !["asc", "desc"].includes(direction)) {
    throw mainRefusal(400, "Bad Request", `${key}: order[id] or order[updated_at], asc or desc`);
  }
  const order = (a: Contact, b: Contact) =>
    (key === "order[updated_at]" ? a.updatedAt - b.updatedAt : 0) || a.id - b.id;
  return direction === "asc" ? order : (a, b) => order(b, a);
}

function contactObject(account: Account, contact: Contact): Record<string, unknown> {
  const leads = account.leads.filter(({ contactId }) => contactId === contact.id);
  return {
    id: contact.id,
    name: contact.name,
    first_name: "",
    last_name: "",
    created_at: contact.createdAt,
    updated_at: contact.updatedAt,
    custom_fields_values: contact.fields,
    account_id: accountNumber,
    _embedded: { tags: [], companies: [], leads: leads.map(({ id }) => ({ id })) },
  };
}

/** The account's id in the main API. */
export const accountNumber = 31_000_001;

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
