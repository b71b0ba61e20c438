import type { CrmContacts } from "../../lambdas/model/crm.ts";

/** A contact in the book. */
type BookContact = { readonly id: number; readonly name: string; readonly phones: string[] };

/**
 * Contacts of a CRM with a memory: a created contact is found, and a chat has one contact. `every` is called
 * before and after each call, and may throw like a crash of the bridge at that point.
 */
export function aContactBook(every: () => void = () => undefined): CrmContacts & {
  readonly calls: string[];
  readonly contacts: BookContact[];
  readonly links: Map<string, number>;
} {
  const contacts: BookContact[] = [];
  const links = new Map<string, number>();
  const calls: string[] = [];
  const doing = async <Result>(name: string, work: () => Result): Promise<Result> => {
    calls.push(name);
    every();
    const result = work();
    every();
    return result;
  };
  const inChats = () => new Set(links.values());
  return {
    calls,
    contacts,
    links,
    isAvailable: async () => true,
    create: ({ name, phone }) =>
      doing("create", () => {
        const id = 9001 + contacts.length;
        contacts.push({ id, name, phones: phone === undefined ? [] : [phone] });
        return id;
      }),
    findRecent: (name) =>
      doing("findRecent", () =>
        contacts
          .filter((one) => one.name === name && !inChats().has(one.id))
          .map(({ id }) => id)
          .slice(0, 2),
      ),
    findByPhone: (phone) =>
      doing("findByPhone", () => contacts.find(({ phones }) => phones.includes(phone))?.id),
    addPhone: (contactId, phone) =>
      doing("addPhone", () => {
        const phones = contacts.find(({ id }) => id === contactId)?.phones;
        if (phones?.includes(phone) === false) phones.push(phone);
      }),
    writeProfile: async () => true,
    linkChat: (contactId, amojoChatId) =>
      doing("linkChat", () => {
        links.set(amojoChatId, contactId);
      }),
    contactOf: (amojoChatId) => doing("contactOf", () => links.get(amojoChatId)),
  };
}
