import { takeId } from "./account.ts";
import type { Account, Chat } from "./account.ts";
import type { SimulatedPerson } from "./types.ts";

/** Makes contact and unsorted lead for a stranger's message; a chat that has a contact already gets none. */
export function makeUnsortedLead(account: Account, chat: Chat, customer: SimulatedPerson): void {
  if (account.links.some((link) => link.chatId === chat.id)) return;
  const createdAt = Math.floor(account.now() / 1000);
  const contactId = takeId(account);
  account.contacts.set(contactId, {
    id: contactId,
    name: customer.name,
    values: [customer.phone, customer.email].filter((value) => value !== undefined),
    fields: null,
    isUnsorted: true,
    createdAt,
  });
  account.links.push({ id: takeId(account), contactId, chatId: chat.id });
  account.leads.push({
    id: takeId(account),
    category: "chats",
    contactId,
    chatId: chat.id,
    conversationId: chat.conversationId,
    ...(chat.sourceExternalId === undefined ? {} : { sourceExternalId: chat.sourceExternalId }),
    createdAt,
  });
}
