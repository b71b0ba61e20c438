import * as z from "zod/mini";
import { PermanentFailure, TransientFailure } from "../../model/failure.ts";
import { isSamePhone, searchedDigits } from "../../model/phone.ts";
import { contactFieldCodes } from "../../model/crm.ts";
import type { ContactFieldName, ContactFields, CrmContacts } from "../../model/crm.ts";
import { readAnswer, readIfPossible } from "../chats/failures.ts";
import { textOf } from "../lenient.ts";
import { mainApi, RefusedFields } from "./client.ts";
import type { MainApi, MainApiOptions } from "./client.ts";

/** The most contacts that amoCRM puts on a page. */
const pageSize = 250;

const createdContacts = z.looseObject({
  _embedded: z.looseObject({ contacts: z.array(z.looseObject({ id: z.int() })) }),
});
const contactSchema = z.looseObject({
  id: z.int(),
  custom_fields_values: z.optional(
    z.nullable(
      z.array(
        z.looseObject({
          field_code: z.optional(z.nullable(z.string())),
          values: z.array(
            z.looseObject({ value: z.unknown(), enum_id: z.optional(z.nullable(z.int())) }),
          ),
        }),
      ),
    ),
  ),
});
const foundContacts = z.looseObject({
  _embedded: z.looseObject({
    contacts: z.array(
      z.extend(contactSchema, {
        name: z.nullable(z.string()),
        created_at: z.int(),
      }),
    ),
  }),
});

/**
 * Contacts of amoCRM's main API.
 * @see https://www.amocrm.ru/developers/content/crm_platform/contacts-api
 */
export function mainApiContacts(
  options: MainApiOptions & { readonly fields?: ContactFields },
): CrmContacts {
  const api = mainApi(options);
  const { fields: fieldIds = {}, now } = options;
  /** Parts of profiles that the account has no field for, and until when a call does not try again. */
  const unwritable = new Map<ContactFieldName, number>();
  const search = async (words: string, order: "asc" | "desc") => {
    const limit = String(pageSize);
    const query = new URLSearchParams({ query: words, "order[id]": order, limit });
    const answer = await api.request("GET", `/api/v4/contacts?${query.toString()}`);
    return answer.status === 204 ? [] : readAnswer(foundContacts, answer)._embedded.contacts;
  };
  return {
    isAvailable: () => api.isAvailable(),

    async create({ name, requestId, phone }) {
      const phones = phone === undefined ? {} : { custom_fields_values: [phoneField([], phone)] };
      const body = [{ name, request_id: requestId, ...phones }];
      const answer = await api.request("POST", "/api/v4/contacts", body);
      const contact = readAnswer(createdContacts, answer)._embedded.contacts[0];
      if (contact === undefined) throw new TransientFailure("amoCRM named no contact");
      return contact.id;
    },

    async findRecent(name, sinceMillis) {
      const found: number[] = [];
      for (const contact of await search(name, "desc")) {
        if (contact.name !== name || contact.created_at * 1000 < sinceMillis) continue;
        const links = await linksOf(api, { contact_id: String(contact.id) });
        if (links.length === 0) found.push(contact.id);
        if (found.length === 2) break;
      }
      return found;
    },

    async findByPhone(phone) {
      const found = await search(searchedDigits(phone), "asc");
      const ids = found.filter((contact) => hasPhone(contact, phone)).map(({ id }) => id);
      return ids.length === 0 ? undefined : Math.min(...ids);
    },

    async addPhone(contactId, phone) {
      const path = `/api/v4/contacts/${contactId}`;
      const answer = await api.request("GET", path);
      if (answer.status === 204) {
        throw new PermanentFailure("refused-by-amocrm", "amoCRM does not have the contact");
      }
      const contact = readAnswer(contactSchema, answer);
      if (hasPhone(contact, phone)) return;
      // amoCRM replaces all values of a field. So the request repeats the existing values.
      const fields = [phoneField(phonesOf(contact), phone)];
      await api.request("PATCH", path, { custom_fields_values: fields });
    },

    async writeProfile(contactId, profile) {
      const values = valuesOf(profile);
      const isWritable = (part: ContactFieldName) => (unwritable.get(part) ?? 0) <= now();
      for (;;) {
        const parts = profileParts.filter((part) => isWritable(part) && values[part] !== undefined);
        if (parts.length === 0) return false;
        const fields = parts.map((part) => ({
          ...(fieldIds[part] === undefined
            ? { field_code: contactFieldCodes[part] }
            : { field_id: fieldIds[part] }),
          values: [{ value: values[part] }],
        }));
        try {
          const body = { custom_fields_values: fields };
          await api.request("PATCH", `/api/v4/contacts/${contactId}`, body);
          return true;
        } catch (error) {
          const refused = error instanceof RefusedFields ? partsIn(error, parts) : [];
          if (refused.length === 0) throw error;
          for (const part of refused) unwritable.set(part, now() + unwritableMillis);
        }
      }
    },

    async linkChat(contactId, amojoChatId) {
      const body = [{ contact_id: contactId, chat_id: amojoChatId }];
      const answer = await api.request("POST", "/api/v4/contacts/chats", body);
      // A batch method: its 200 omits the links that amoCRM could not make.
      const linked = readIfPossible(linkedChats, answer)?._embedded.chats;
      if (linked === undefined || linked.some((link) => link.chat_id === amojoChatId)) return;
      throw new PermanentFailure("refused-by-amocrm", "amoCRM did not link the chat");
    },

    contactOf: (amojoChatId) => contactOfChat(api, amojoChatId),
  };
}

/** A person may make the fields meanwhile. */
const unwritableMillis = 3_600_000;
const profileParts = Object.keys(contactFieldCodes) as ContactFieldName[];

/** amoCRM documents no way to empty a field. */
const noUsername = "—";

function valuesOf({
  userId,
  isFirst,
  username,
  languageCode,
  isPremium,
}: Parameters<CrmContacts["writeProfile"]>[1]): Partial<
  Record<ContactFieldName, string | boolean | undefined>
> {
  return {
    telegramId: userId,
    username: username === undefined ? (isFirst ? undefined : noUsername) : `@${username}`,
    link: username === undefined ? undefined : `https://t.me/${username}`,
    language: languageCode,
    premium: isPremium === true,
  };
}

/** The parts whose fields a refusal names, by their place in the request or by their code. */
function partsIn(
  { paths }: RefusedFields,
  parts: readonly ContactFieldName[],
): readonly ContactFieldName[] {
  return parts.filter((part, index) =>
    paths
      .map((path) => path.split("."))
      .some(
        (path) =>
          path.includes("custom_fields_values") &&
          (path.includes(String(index)) || path.includes(contactFieldCodes[part])),
      ),
  );
}

function hasPhone(contact: z.output<typeof contactSchema>, phone: string): boolean {
  return phonesOf(contact).some(({ value }) => isSamePhone(textOf(value) ?? "", phone));
}

type Phone = { readonly value: unknown; readonly enum_id?: number | null | undefined };

function phonesOf({ custom_fields_values: fields }: z.output<typeof contactSchema>): Phone[] {
  const phones = fields?.filter(({ field_code: code }) => code === "PHONE") ?? [];
  return phones.flatMap(({ values }) => values);
}

/**
 * The numbers of a contact, and one more: the number of the phone in the customer's hand.
 * @see https://www.amocrm.ru/developers/content/crm_platform/custom-fields
 */
function phoneField(phones: readonly Phone[], phone: string) {
  const present = phones.map(({ value, enum_id: id }) => ({
    value,
    ...(id == null ? { enum_code: "OTHER" } : { enum_id: id }),
  }));
  return { field_code: "PHONE", values: [...present, { value: phone, enum_code: "MOB" }] };
}

/** Chats with their contacts, in answers of the main API. */
const linkedChats = z.looseObject({
  _embedded: z.looseObject({
    chats: z.array(z.looseObject({ chat_id: z.string(), contact_id: z.int() })),
  }),
});

/**
 * The links of a chat or of a contact.
 * @see https://www.amocrm.ru/developers/content/crm_platform/contacts-api
 */
async function linksOf(api: MainApi, of: { chat_id: string } | { contact_id: string }) {
  const query = new URLSearchParams(of);
  const answer = await api.request("GET", `/api/v4/contacts/chats?${query.toString()}`);
  return answer.status === 204 ? [] : readAnswer(linkedChats, answer)._embedded.chats;
}

/** The contact that a chat has now; undefined without one. */
export async function contactOfChat(
  api: MainApi,
  amojoChatId: string,
): Promise<number | undefined> {
  const links = await linksOf(api, { chat_id: amojoChatId });
  return links.find((link) => link.chat_id === amojoChatId)?.contact_id;
}
