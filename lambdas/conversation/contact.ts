import type { Conversation } from "../model/conversation.ts";
import type { CustomerEvent } from "../model/message.ts";
import type { Pauses } from "../delivery/rate-limits.ts";
import { failureFields } from "../delivery/record-failure.ts";
import type { Now, Logger } from "../model/runtime.ts";
import type { ContactMarks, ConversationStore } from "../model/stores.ts";
import type { CrmContacts } from "../model/crm.ts";
import { PermanentFailure, TransientFailure } from "../model/failure.ts";

/** What linking a contact needs from outside. */
export type LinkContactDependencies = MakeContactDependencies & {
  /** Main-API calls share one pause. */
  readonly pauses: Pauses;
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
 * Gives the chat a contact, once per conversation: the one in the mapping, or a new one. With a number
 * that the customer shared it is the contact that has the number, also where the chat has another one
 * already; where none has it, the chat's own gets it. Does nothing without an API token, and goes on
 * without a contact (amoCRM then makes contact and lead itself) when the main API refuses or has
 * failed for five minutes. Answers whether a contact has the number, be it linked or not: amoCRM,
 * told of it once more, would make another.
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
  const work: MainApiCall = {
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
  await callMainApi(work, deps);
  return hasPhone;
}

/** Of an earlier attempt, which did not come to link it. */
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

/** The number stands in the chat for operators to see; the next time it is shared it is tried anew. */
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

/** The contact that has the number; where none has, the chat's own has it then. */
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

/** What making a contact needs from outside. */
type MakeContactDependencies = {
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
async function makeContact(
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

/** How long a main API that does not work may hold a customer's message. */
const timeoutMillis = 5 * 60_000;

/** What is to be done by the main API, and what is remembered of its trouble. */
type MainApiCall = {
  readonly conversationId: string;
  /** Since when it has been tried in vain. */
  readonly troubleSinceMillis: number | undefined;
  readonly work: () => Promise<void>;
  readonly noteTrouble: (sinceMillis: number) => Promise<void>;
  /** The main API refused, or has failed for five minutes: the message goes on without it. */
  readonly giveUp: (error: Error) => Promise<void>;
};

/**
 * Has something done by the main API, with patience: throws what is worth another attempt, and answers
 * false for what is given up. The main API is left alone while it asks for it.
 */
async function callMainApi(
  { conversationId, troubleSinceMillis, work, noteTrouble, giveUp }: MainApiCall,
  { pauses, now }: { readonly pauses: Pauses; readonly now: Now },
): Promise<boolean> {
  try {
    const pausedMillis = (await pauses.untilMillis("main-api")) - now();
    if (pausedMillis > 0) {
      const retryAfterSeconds = Math.ceil(pausedMillis / 1000);
      throw new TransientFailure("the main API is to be left alone", { retryAfterSeconds });
    }
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof TransientFailure) && !(error instanceof PermanentFailure)) throw error;
    if (error instanceof TransientFailure && error.isLimit) {
      const limitSign = { kind: "limit", atMillis: now(), group: conversationId } as const;
      await pauses.record("main-api", limitSign, (error.retryAfterSeconds ?? 0) * 1000);
    }
    const sinceMillis = troubleSinceMillis ?? now();
    if (error instanceof TransientFailure && now() - sinceMillis < timeoutMillis) {
      if (troubleSinceMillis === undefined) await noteTrouble(sinceMillis);
      // However long the main API wants to be left alone: the message goes on when patience ends.
      const leftSeconds = Math.ceil((sinceMillis + timeoutMillis - now()) / 1000);
      const { message, retryAfterSeconds, needsPerson, source } = error;
      // A failure of its own: what the main API limits or loses says nothing of the Chats API.
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
    return false;
  }
}
