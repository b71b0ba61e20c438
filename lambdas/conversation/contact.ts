import type { Conversation } from "../model/conversation.ts";
import type { CustomerEvent } from "../model/message.ts";
import { throwIfPaused } from "../delivery/rate-limits.ts";
import type { Pauses } from "../delivery/rate-limits.ts";
import { failureFields } from "../delivery/record-failure.ts";
import type { Now, Logger } from "../model/runtime.ts";
import type { ContactMarks, ConversationStore } from "../model/stores.ts";
import type { CrmContacts } from "../model/crm.ts";
import { isFailure, TransientFailure } from "../model/failure.ts";

type LinkContactDependencies = {
  readonly contacts: CrmContacts;
  readonly contactMarks: ContactMarks;
  readonly conversations: Pick<ConversationStore, "update">;
  /** All calls of the main API share one pause. */
  readonly pauses: Pauses;
  readonly now: Now;
  readonly logger: Logger;
};

type OpenedConversation = Conversation & { readonly amojoChatId: string };
type Person = Pick<CustomerEvent, "customer" | "ownPhone">;

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
  const call: MainApiCall = {
    conversationId: conversation.conversationId,
    work: async () => {
      if (!(await deps.contacts.isAvailable())) return;
      const contactId =
        ownPhone === undefined
          ? (conversation.contactId ?? (await makeContact(conversation, person, deps)))
          : await contactWith(ownPhone, conversation, person, deps);
      hasPhone = ownPhone !== undefined;
      await linkTo(contactId, conversation, deps);
    },
    ...(isSettled ? phoneTrouble(conversation, deps) : contactTrouble(conversation, deps)),
  };
  await callMainApi(call, deps);
  return hasPhone;
}

/** True when an earlier attempt got a contact for the conversation but did not link it. */
function isUnlinked({ contactId, contactLinked }: Conversation): boolean {
  return contactId !== undefined && contactLinked !== true;
}

type Trouble = Pick<MainApiCall, "troubleSinceMillis" | "noteTrouble" | "giveUp">;

function contactTrouble(
  { conversationId, contactTroubleSinceMillis }: Conversation,
  { conversations, logger }: LinkContactDependencies,
): Trouble {
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
): Trouble {
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
    ...(phoneTroubleSinceMillis === 0 ? {} : { phoneTroubleSinceMillis: 0 }),
  };
  if (Object.keys(news).length > 0) await conversations.update(conversationId, news);
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
  { customer, ownPhone }: Pick<CustomerEvent, "customer" | "ownPhone">,
  deps: LinkContactDependencies,
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

/** How long a main API that fails may hold a customer's message. */
const timeoutMillis = 5 * 60_000;

/** Work for the main API, and what the bridge remembers of the main API's failures. */
type MainApiCall = {
  readonly conversationId: string;
  /** Since when the main API has failed; undefined when it has not. */
  readonly troubleSinceMillis: number | undefined;
  readonly work: () => Promise<void>;
  readonly noteTrouble: (sinceMillis: number) => Promise<void>;
  /** The main API refused, or has failed for five minutes. The message goes on without it. */
  readonly giveUp: (error: Error) => Promise<void>;
};

/**
 * Lets the main API do the work, with a timeout of five minutes. It throws the failures that deserve a
 * retry. During a pause of the main API it makes no call.
 */
async function callMainApi(
  { conversationId, troubleSinceMillis, work, noteTrouble, giveUp }: MainApiCall,
  { pauses, now }: { readonly pauses: Pauses; readonly now: Now },
): Promise<void> {
  try {
    throwIfPaused(await pauses.untilMillis("main-api"), now(), "the main API");
    await work();
  } catch (error) {
    if (!isFailure(error)) throw error;
    if (error instanceof TransientFailure && error.isLimit) {
      const limitSign = { kind: "limit", atMillis: now(), group: conversationId } as const;
      await pauses.record("main-api", limitSign, (error.retryAfterSeconds ?? 0) * 1000);
    }
    const sinceMillis = troubleSinceMillis ?? now();
    if (error instanceof TransientFailure && now() - sinceMillis < timeoutMillis) {
      if (troubleSinceMillis === undefined) await noteTrouble(sinceMillis);
      // The message goes on after the timeout, however long the main API asks us to wait.
      const leftSeconds = Math.ceil((sinceMillis + timeoutMillis - now()) / 1000);
      const { message, retryAfterSeconds, needsPerson, source } = error;
      // A new failure: a rate limit or a lost answer of the main API says nothing about the Chats API.
      throw new TransientFailure(message, {
        needsPerson,
        source,
        cause: error,
        ...(retryAfterSeconds === undefined
          ? {}
          : { retryAfterSeconds: Math.max(1, Math.min(retryAfterSeconds, leftSeconds)) }),
      });
    }
    await giveUp(error);
  }
}
