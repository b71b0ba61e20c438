import type { Conversation } from "../model/conversation.ts";
import type { CustomerEvent } from "../model/message.ts";
import { makeContact } from "./make-contact.ts";
import type { MakeContactDependencies } from "./make-contact.ts";
import { withMainApi } from "./main-api-patience.ts";
import type { MainApiWork } from "./main-api-patience.ts";
import type { Pauses } from "./pauses.ts";
import { failureFields } from "./settle.ts";

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
  const work: MainApiWork = {
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
  await withMainApi(work, deps);
  return hasPhone;
}

/** Of an earlier attempt, which did not come to link it. */
function isUnlinked({ contactId, contactLinked }: Conversation): boolean {
  return contactId !== undefined && contactLinked !== true;
}

type Trouble = Pick<MainApiWork, "troubleSinceMillis" | "noteTrouble" | "giveUp">;

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
