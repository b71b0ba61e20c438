import * as z from "zod";
import { takeId } from "./account.ts";
import type { Account, ChatLink, Method } from "./account.ts";
import { allAnswer, halAnswer, mainRefusal } from "./answers.ts";
import { accountNumber, tokenUserId } from "./crm.ts";
import type { Contact } from "./crm.ts";
import { checkFields, givenFields, withFields, wordsIn } from "./field-values.ts";
import { isOf, seenLeads } from "./lead-records.ts";
import { isWanted, listAnswer, readList, readOrder, readWith } from "./lists.ts";
import { switchesOf } from "./switches.ts";
import { checkTags, givenTags, tagObject, withTags } from "./tags.ts";
import { checkResponsible } from "./users.ts";
import { notSupported, readEntities, readEntity } from "./validation.ts";
import type { EntityError } from "./validation.ts";

const seconds = z.int().min(0);
const contactSchema = z.strictObject({
  name: z.string().optional(),
  first_name: z.string().optional(),
  last_name: z.string().optional(),
  responsible_user_id: z.int().optional(),
  created_by: z.int().min(0).optional(),
  updated_by: z.int().min(0).optional(),
  created_at: seconds.optional(),
  updated_at: seconds.optional(),
  request_id: z.string().optional(),
  custom_fields_values: givenFields,
  tags_to_add: givenTags.optional(),
  _embedded: z.strictObject({ tags: givenTags.nullish() }).optional(),
});
const changeSchema = contactSchema.extend({
  id: z.int().optional(),
  tags_to_delete: givenTags.optional(),
});
type ContactChange = z.infer<typeof changeSchema>;

/** `POST /api/v4/contacts`: an array. It creates all contacts or none. */
export const addContacts: Method = (account, request) => {
  const given = readEntities(request, {
    schema: contactSchema,
    check: (contact) => checkContact(account, contact),
  });
  const contacts = given.map(({ entity: contact, requestId }) => {
    const id = takeId(account);
    const createdAt = Math.floor(account.now() / 1000);
    account.contacts.set(id, {
      id,
      name: contact.name ?? [contact.first_name, contact.last_name].filter(Boolean).join(" "),
      fields: withFields(account, "contacts", null, contact.custom_fields_values),
      tags: withTags(account, "contacts", [], contact),
      responsibleUserId: contact.responsible_user_id ?? tokenUserId(switchesOf(account)),
      isUnsorted: false,
      requestId,
      createdAt,
      updatedAt: createdAt,
    });
    return { id, request_id: requestId };
  });
  return halAnswer({ _embedded: { contacts } });
};

function checkContact(account: Account, given: ContactChange): EntityError[] {
  return [
    ...checkFields(account, "contacts", given.custom_fields_values),
    ...checkTags(account, "contacts", given),
    ...checkResponsible(account, given),
  ];
}

/** `GET /api/v4/contacts`: searches by name and field values. It leaves out contacts in unsorted leads. */
export const listContacts: Method = (account, request) => {
  const { query } = request;
  const wanted = (query.get("query") ?? "").toLowerCase();
  const items = [...account.contacts.values()]
    .filter((contact) => !contact.isUnsorted)
    .filter(({ name, fields }) =>
      [name, ...wordsIn(fields)].some((value) => value.toLowerCase().includes(wanted)),
    )
    .sort(readOrder<Contact>(query, { updated_at: ({ updatedAt }) => updatedAt }));
  const show = (contact: Contact) => contactObject(account, contact, query);
  return listAnswer(request, { name: "contacts", items, show });
};

/** `GET /api/v4/contacts/{id}`: 204 for one that does not exist. */
export const getContact: Method = (account, { query }, id) => {
  const contact = account.contacts.get(id);
  return contact === undefined
    ? { status: 204 }
    : halAnswer(contactObject(account, contact, query));
};

/** `PATCH /api/v4/contacts/{id}`: fields that are not given stay unchanged. */
export const changeContact: Method = (account, request, id) => {
  const contact = account.contacts.get(id);
  const check = (change: ContactChange) =>
    contact === undefined ? [notSupported("id")] : checkContact(account, change);
  const given = readEntity(request, { schema: changeSchema, check });
  if (contact === undefined) throw mainRefusal(400, "Bad Request", "No such contact");
  contact.name = given.name ?? contact.name;
  contact.fields = withFields(account, "contacts", contact.fields, given.custom_fields_values);
  contact.tags = withTags(account, "contacts", contact.tags, given);
  contact.responsibleUserId = given.responsible_user_id ?? contact.responsibleUserId;
  contact.updatedAt = Math.floor(account.now() / 1000);
  return halAnswer({ id, name: contact.name, updated_at: contact.updatedAt });
};

/** `with=leads` names the leads by their ids alone. Deleted leads are not among them here. */
function contactObject(account: Account, contact: Contact, query: URLSearchParams): object {
  const leads = readWith(query).has("leads")
    ? {
        leads: seenLeads(account)
          .filter((lead) => isOf(lead, contact.id) && !lead.isDeleted)
          .map(({ id }) => ({ id })),
      }
    : {};
  return {
    id: contact.id,
    name: contact.name,
    first_name: "",
    last_name: "",
    responsible_user_id: contact.responsibleUserId,
    created_at: contact.createdAt,
    updated_at: contact.updatedAt,
    is_deleted: false,
    custom_fields_values: contact.fields,
    account_id: accountNumber,
    _embedded: {
      tags: contact.tags.map(tagObject),
      companies: [],
      ...leads,
    },
  };
}

const linkSchema = z.object({
  contact_id: z.int(),
  chat_id: z.string().min(1),
  request_id: z.string().optional(),
});

/**
 * `POST /api/v4/contacts/chats`: links chats to contacts. A chat has one contact, and a new link
 * replaces the old one.
 */
export const linkChats: Method = (account, request) => {
  if (request.headers.cookie !== undefined) {
    throw mainRefusal(403, "Forbidden", "Session cookies must not be sent");
  }
  const given = readEntities(request, {
    schema: linkSchema,
    check: (link) => [
      ...(account.contacts.has(link.contact_id) ? [] : [notSupported("contact_id")]),
      ...(account.chats.has(link.chat_id) ? [] : [notSupported("chat_id")]),
    ],
  });
  const chats = given.map(({ entity: link, requestId }) => ({
    ...linkObject(tie(account, link.chat_id, link.contact_id)),
    request_id: requestId,
  }));
  return allAnswer("chats", chats);
};

/** `GET /api/v4/contacts/chats` by `chat_id`, `contact_id` or both, as single values or arrays. */
export const listChatLinks: Method = (account, { query }) => {
  const chatIds = readList(query, "chat_id");
  const contactIds = readList(query, "contact_id");
  if (chatIds.length + contactIds.length === 0) {
    throw mainRefusal(400, "Bad Request", "chat_id or contact_id is needed");
  }
  const found = account.links.filter(
    (link) => isWanted(chatIds, link.chatId) && isWanted(contactIds, String(link.contactId)),
  );
  if (found.length === 0) return { status: 204 };
  return allAnswer("chats", found.map(linkObject));
};

function tie(account: Account, chatId: string, contactId: number): ChatLink {
  const known = account.links.find((link) => link.chatId === chatId);
  if (known?.contactId === contactId) return known;
  const link = { id: takeId(account), contactId, chatId };
  if (known === undefined) account.links.push(link);
  else account.links.splice(account.links.indexOf(known), 1, link);
  return link;
}

function linkObject(link: ChatLink): { chat_id: string; contact_id: number; id: number } {
  return { chat_id: link.chatId, contact_id: link.contactId, id: link.id };
}
