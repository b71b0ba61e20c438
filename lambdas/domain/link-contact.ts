import type { Conversation } from "../model/conversation.ts";
import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { Customer } from "../model/message.ts";
import type { Now } from "../ports/clock.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { CrmContacts } from "../ports/crm-contacts.ts";
import type { Logger } from "../ports/logger.ts";
import type { Pauses } from "./pauses.ts";
import { reasonOf } from "./settle.ts";

/** What linking a contact needs from outside. */
export type LinkContactDependencies = {
  readonly contacts: CrmContacts;
  readonly conversations: ConversationStore;
  readonly now: Now;
  readonly logger: Logger;
  /** Main-API calls share one pause. */
  readonly pauses: Pauses;
};

/** How long a main API that does not work may hold a customer's message. */
const patienceMillis = 5 * 60_000;
/** amoCRM's clock may be behind ours when it stamps a contact. */
const clockMarginMillis = 60_000;

/**
 * Gives the chat a contact, once per conversation: the one in the mapping, or a new one. Does
 * nothing without an API token, and goes on without a contact (amoCRM then makes contact and lead
 * itself) when the main API refuses or has failed for five minutes.
 */
export async function linkContact(
  conversation: Conversation & { readonly amojoChatId: string },
  customer: Customer,
  deps: LinkContactDependencies,
): Promise<void> {
  if (conversation.contactLinked === true || conversation.contactLeftToAmocrm === true) return;
  const { conversationId, amojoChatId } = conversation;
  try {
    if (!(await deps.contacts.isAvailable())) return;
    const pausedMillis = (await deps.pauses.untilMillis("main-api")) - deps.now();
    if (pausedMillis > 0) {
      const retryAfterSeconds = Math.ceil(pausedMillis / 1000);
      throw new TransientFailure("the main API is to be left alone", { retryAfterSeconds });
    }
    const contactId = conversation.contactId ?? (await makeContact(conversation, customer, deps));
    await deps.contacts.linkChat(contactId, amojoChatId);
    await deps.conversations.update(conversationId, { contactId, contactLinked: true });
  } catch (error) {
    if (!(error instanceof TransientFailure) && !(error instanceof PermanentFailure)) throw error;
    if (error instanceof TransientFailure && error.isLimit) {
      const strike = { kind: "limit", atMillis: deps.now(), group: conversationId } as const;
      await deps.pauses.strike("main-api", strike, (error.retryAfterSeconds ?? 0) * 1000);
    }
    const sinceMillis = conversation.contactTroubleSinceMillis ?? deps.now();
    const fields = { conversationId, reason: reasonOf(error) };
    if (error instanceof TransientFailure && deps.now() - sinceMillis < patienceMillis) {
      if (conversation.contactTroubleSinceMillis === undefined) {
        await deps.conversations.update(conversationId, { contactTroubleSinceMillis: sinceMillis });
      }
      // However long the main API wants to be left alone: the message goes on when patience ends.
      const leftSeconds = Math.ceil((sinceMillis + patienceMillis - deps.now()) / 1000);
      const { message, retryAfterSeconds, needsPerson } = error;
      // A failure of its own: what the main API limits or loses says nothing of the Chats API.
      throw new TransientFailure(message, {
        needsPerson,
        cause: error,
        ...(retryAfterSeconds === undefined
          ? {}
          : { retryAfterSeconds: Math.max(1, Math.min(retryAfterSeconds, leftSeconds)) }),
      });
    }
    await deps.conversations.update(conversationId, { contactLeftToAmocrm: true });
    deps.logger.error("ContactLeftToAmocrm", fields);
  }
}

/** The step is marked before the call: found without its outcome, it is looked up, not repeated. */
async function makeContact(
  { conversationId, contactStartedAtMillis }: Conversation,
  customer: Customer,
  { contacts, conversations, now }: LinkContactDependencies,
): Promise<number> {
  if (contactStartedAtMillis !== undefined) {
    const sinceMillis = contactStartedAtMillis - clockMarginMillis;
    const found = await contacts.findRecent(customer.name, sinceMillis);
    if (found !== undefined) {
      await conversations.update(conversationId, { contactId: found });
      return found;
    }
  } else {
    await conversations.update(conversationId, { contactStartedAtMillis: now() });
  }
  const made = await contacts.create({ name: customer.name, requestId: conversationId });
  await conversations.update(conversationId, { contactId: made });
  return made;
}
