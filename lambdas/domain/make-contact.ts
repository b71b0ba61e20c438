import type { Conversation } from "../model/conversation.ts";
import type { CustomerEvent } from "../model/message.ts";
import type { Now } from "../ports/clock.ts";
import type { ContactMarks } from "../ports/contact-marks.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { CrmContacts } from "../ports/crm-contacts.ts";
import type { Logger } from "../ports/logger.ts";

/** What making a contact needs from outside. */
export type MakeContactDependencies = {
  readonly contacts: CrmContacts;
  readonly contactMarks: ContactMarks;
  readonly conversations: Pick<ConversationStore, "update">;
  readonly now: Now;
  readonly logger: Logger;
};

/** amoCRM's clock may be behind ours when it stamps a contact. */
const clockMarginMillis = 60_000;

/**
 * Makes a contact for a conversation that has none, and answers its id. The step is marked before the
 * call: found without its outcome, the contact is looked up first, and a second one is made only where
 * none is found or where the one that is found may be somebody else's.
 */
export async function makeContact(
  { conversationId, contactStartedAtMillis }: Conversation,
  { customer, ownPhone }: Pick<CustomerEvent, "customer" | "ownPhone">,
  deps: MakeContactDependencies,
): Promise<number> {
  const { contacts, contactMarks, conversations, now } = deps;
  const { name } = customer;
  if (contactStartedAtMillis !== undefined) {
    const found = await madeBefore(name, conversationId, deps);
    if (found !== undefined) {
      await conversations.update(conversationId, { contactId: found });
      if (ownPhone !== undefined) await contacts.addPhone(found, ownPhone);
      return found;
    }
  }
  await contactMarks.mark(name, conversationId, now());
  if (contactStartedAtMillis === undefined) {
    await conversations.update(conversationId, { contactStartedAtMillis: now() });
  }
  const made = await contacts.create({
    name,
    requestId: conversationId,
    ...(ownPhone === undefined ? {} : { phone: ownPhone }),
  });
  await conversations.update(conversationId, { contactId: made });
  return made;
}

/**
 * The contact that an earlier attempt has made: the only one of that name, at a time when no other
 * conversation was making one. Two customers of one name would else get each other's contact.
 */
async function madeBefore(
  name: string,
  conversationId: string,
  { contacts, contactMarks, logger }: MakeContactDependencies,
): Promise<number | undefined> {
  const sinceMillis = await contactMarks.aloneSinceMillis(name, conversationId);
  if (sinceMillis !== undefined) {
    const found = await contacts.findRecent(name, sinceMillis - clockMarginMillis);
    if (found.length === 0) return undefined;
    // Whoever has made what was found since the first look has marked the name before.
    const isAlone = (await contactMarks.aloneSinceMillis(name, conversationId)) === sinceMillis;
    if (found.length === 1 && isAlone) return found[0];
  }
  logger.warn("ContactMadeAgain", { conversationId });
  return undefined;
}
