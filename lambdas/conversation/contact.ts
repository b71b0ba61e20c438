import type { Conversation } from "../model/conversation.ts";
import type { CustomerEvent } from "../model/message.ts";
import { failureFields } from "../delivery/record-failure.ts";
import type { Logger } from "../model/runtime.ts";
import type { ContactMarks, ConversationStore } from "../model/stores.ts";
import type { CrmContacts } from "../model/crm.ts";
import { TransientFailure } from "../model/failure.ts";
import { withPatience } from "./main-api-patience.ts";
import type { MainApiLimits, Patience } from "./main-api-patience.ts";

export type LinkContactDependencies = MainApiLimits & {
  readonly contacts: CrmContacts;
  readonly contactMarks: ContactMarks;
  readonly conversations: Pick<ConversationStore, "update">;
  readonly logger: Logger;
};

/** A conversation with a chat in amoCRM. */
export type OpenedConversation = Conversation & { readonly amojoChatId: string };
type Person = Pick<CustomerEvent, "ownPhone"> & { readonly customer: { readonly name: string } };

/** {@link linkContact} over the ports of the sender. */
export type LinkContact = (
  conversation: OpenedConversation,
  person: Person,
  conversations: LinkContactDependencies["conversations"],
) => Promise<boolean>;

/**
 * Gives the chat a contact, once per conversation: the contact in the mapping, or a new one. When the
 * customer has shared a number, it takes the contact that has the number, even when the chat has another
 * contact already. When no contact has the number, the chat's own contact gets it. Without an API token it
 * does nothing. When the main API refuses or has failed for five minutes, it goes on without a contact, and
 * amoCRM then makes contact and lead itself. Before that it throws TransientFailure.
 * Returns whether a contact has the number, linked or not: when amoCRM gets the number once more, it makes
 * another contact.
 */
export async function linkContact(
  conversation: OpenedConversation,
  person: Person,
  deps: LinkContactDependencies,
): Promise<boolean> {
  const isSettled =
    conversation.contactLinked === true || conversation.contactLeftToAmocrm === true;
  const { ownPhone } = person;
  if (isSettled && ownPhone === undefined) return false;
  let hasPhone = ownPhone !== undefined && isUnlinked(conversation);
  const work = async () => {
    if (!(await deps.contacts.isAvailable())) return;
    const contactId =
      ownPhone === undefined
        ? (conversation.contactId ??
          (await ownContact(conversation, deps)) ??
          (await makeContact(conversation, person, deps)))
        : await contactWith(ownPhone, conversation, person, deps);
    hasPhone = ownPhone !== undefined;
    await linkTo(contactId, conversation, deps);
  };
  const trouble = isSettled ? phoneTrouble(conversation, deps) : contactTrouble(conversation, deps);
  await withPatience(conversation.conversationId, work, trouble, deps);
  return hasPhone;
}

/** The contact that amoCRM made for a chat while there was no API token. */
async function ownContact(
  { amojoChatId, createdAtMillis, contactStartedAtMillis }: OpenedConversation,
  { contacts }: LinkContactDependencies,
): Promise<number | undefined> {
  const isOld = createdAtMillis !== undefined && contactStartedAtMillis === undefined;
  return isOld ? contacts.contactOf(amojoChatId) : undefined;
}

/** True when an earlier attempt got a contact for the conversation but did not link it. */
function isUnlinked({ contactId, contactLinked }: Conversation): boolean {
  return contactId !== undefined && contactLinked !== true;
}

function contactTrouble(
  { conversationId, contactTroubleSinceMillis }: Conversation,
  { conversations, logger }: LinkContactDependencies,
): Patience {
  return {
    troubleSinceMillis: contactTroubleSinceMillis,
    noteTrouble: (sinceMillis) =>
      conversations.update(conversationId, { contactTroubleSinceMillis: sinceMillis }),
    async giveUp(error) {
      await conversations.update(conversationId, { contactLeftToAmocrm: true });
      logger.error("ContactLeftToAmocrm", { conversationId, ...failureFields(error) });
    },
  };
}

/** Operators see the number in the chat. When the customer shares it again, the bridge tries again. */
function phoneTrouble(
  { conversationId, phoneTroubleSinceMillis = 0 }: Conversation,
  { conversations, logger }: LinkContactDependencies,
): Patience {
  const note = (sinceMillis: number) =>
    conversations.update(conversationId, { phoneTroubleSinceMillis: sinceMillis });
  return {
    troubleSinceMillis: phoneTroubleSinceMillis === 0 ? undefined : phoneTroubleSinceMillis,
    noteTrouble: note,
    async giveUp(error) {
      await note(0);
      logger.error("PhoneNotLinked", { conversationId, ...failureFields(error) });
    },
  };
}

/** The contact that has the number. When no contact has it, the chat's own contact gets it. */
async function contactWith(
  phone: string,
  conversation: OpenedConversation,
  person: Person,
  deps: LinkContactDependencies,
): Promise<number> {
  const { contacts } = deps;
  const found = await contacts.findByPhone(phone);
  if (found !== undefined) {
    if (conversation.contactLinked !== true) {
      await deps.conversations.update(conversation.conversationId, { contactId: found });
    }
    return found;
  }
  const own =
    conversation.contactId ??
    (conversation.contactLeftToAmocrm === true
      ? await contacts.contactOf(conversation.amojoChatId)
      : undefined);
  if (own === undefined) return makeContact(conversation, person, deps);
  await contacts.addPhone(own, phone);
  return own;
}

async function linkTo(
  contactId: number,
  conversation: OpenedConversation,
  { contacts, conversations }: LinkContactDependencies,
): Promise<void> {
  const { conversationId, amojoChatId, contactLinked, phoneTroubleSinceMillis = 0 } = conversation;
  const isLinked = contactLinked === true && contactId === conversation.contactId;
  if (!isLinked) await contacts.linkChat(contactId, amojoChatId);
  const news = {
    ...(isLinked ? {} : { contactId, contactLinked: true }),
    // Another contact has other leads.
    ...(contactLinked === true && !isLinked ? { leadCheckedAtMillis: 0 } : {}),
    ...(phoneTroubleSinceMillis === 0 ? {} : { phoneTroubleSinceMillis: 0 }),
  };
  if (Object.keys(news).length > 0) await conversations.update(conversationId, news);
}

/**
 * Gives the chat the contact that it has in amoCRM now, or a new one: operators may have merged the contact
 * that we know into another one, or deleted it. `goneId` is that contact.
 */
export async function renewContact(
  conversation: OpenedConversation,
  customer: Person["customer"],
  goneId: number | undefined,
  deps: LinkContactDependencies,
): Promise<number> {
  const { conversationId, amojoChatId } = conversation;
  const current = await deps.contacts.contactOf(amojoChatId);
  if (current === undefined || current === goneId) {
    const { contactLinked, contactStartedAtMillis = 0 } = conversation;
    if (contactLinked === true && deps.now() - contactStartedAtMillis < newContactMillis) {
      throw new TransientFailure("amoCRM does not show the new contact yet", notYet);
    }
    const made = await makeContact(conversation, { customer }, deps);
    await deps.contacts.linkChat(made, amojoChatId);
    await deps.conversations.update(conversationId, {
      ...linked(made),
      contactStartedAtMillis: deps.now(),
    });
    return made;
  }
  await deps.conversations.update(conversationId, linked(current));
  return current;
}

/** In this time amoCRM shows a contact that the bridge has made. */
const newContactMillis = 10 * 60_000;
const notYet = { retryAfterSeconds: 5 };

function linked(contactId: number) {
  return { contactId, contactLinked: true, contactLeftToAmocrm: false };
}

/** amoCRM's clock may be behind ours when it stamps a contact. */
const clockMarginMillis = 60_000;

/**
 * Makes a contact for a conversation that has none, and returns its id. The conversation gets a mark before
 * the call. When the mark has no outcome, the bridge first looks for the contact. It makes a second contact
 * only when it finds none, or when the contact that it finds may belong to another customer.
 */
async function makeContact(
  { conversationId, contactStartedAtMillis }: Conversation,
  { customer, ownPhone }: Person,
  deps: LinkContactDependencies,
): Promise<number> {
  const { contacts, contactMarks, conversations, now } = deps;
  const { name } = customer;
  if (contactStartedAtMillis !== undefined) {
    const found = await madeBefore(name, conversationId, deps);
    if (found !== undefined) {
      await conversations.update(conversationId, { contactId: found, contactLinked: false });
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
  await conversations.update(conversationId, { contactId: made, contactLinked: false });
  return made;
}

/**
 * The contact that an earlier attempt has made: the only one of that name, made while no other conversation
 * was making one. Without this rule two customers of one name would get each other's contact.
 */
async function madeBefore(
  name: string,
  conversationId: string,
  { contacts, contactMarks, logger }: LinkContactDependencies,
): Promise<number | undefined> {
  const sinceMillis = await contactMarks.aloneSinceMillis(name, conversationId);
  if (sinceMillis !== undefined) {
    const found = await contacts.findRecent(name, sinceMillis - clockMarginMillis);
    if (found.length === 0) return undefined;
    // Another conversation marks the name before it makes a contact, so this second check sees its mark.
    const isAlone = (await contactMarks.aloneSinceMillis(name, conversationId)) === sinceMillis;
    if (found.length === 1 && isAlone) return found[0];
  }
  logger.warn("ContactMadeAgain", { conversationId });
  return undefined;
}
