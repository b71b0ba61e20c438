import { takeId } from "./account.ts";
import type { Account, Chat } from "./account.ts";
import { withFields } from "./contact-fields.ts";
import type { SimulatedPerson } from "./types.ts";

/**
 * Creates a contact and an unsorted lead for a stranger's message. A chat that already
 * has a contact gets none.
 */
export function makeUnsortedLead(account: Account, chat: Chat, customer: SimulatedPerson): void {
  if (account.links.some((link) => link.chatId === chat.id)) return;
  const createdAt = Math.floor(account.now() / 1000);
  const contactId = takeId(account);
  account.contacts.set(contactId, {
    id: contactId,
    name: customer.name,
    fields: withFields(null, fieldsOf(customer), "0"),
    isUnsorted: true,
    createdAt,
    updatedAt: createdAt,
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

function fieldsOf({ phone, email }: SimulatedPerson) {
  const given = Object.entries({ PHONE: phone, EMAIL: email });
  return given.flatMap(([code, value]) =>
    value === undefined ? [] : [{ field_code: code, values: [{ value, enum_code: "WORK" }] }],
  );
}
