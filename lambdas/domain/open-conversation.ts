import type { Conversation } from "../model/conversation.ts";
import type { CustomerEvent } from "../model/message.ts";
import type { BotAnswers } from "../ports/bot-answers.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { CrmChat } from "../ports/crm-chat.ts";
import type { CrmContacts } from "../ports/crm-contacts.ts";
import { avatarLook } from "./avatar.ts";
import type { AvatarOf } from "./avatar.ts";
import { touch } from "./hand-off/touch.ts";
import { linkContact } from "./link-contact.ts";
import type { LinkContactDependencies } from "./link-contact.ts";
import { userIdOf } from "../model/ids.ts";
import { knowsBetter } from "./reach.ts";
import { topicNews } from "./topics.ts";

/**
 * Answers amoCRM's id of the chat, where the customer's picture is, and the number they shared where
 * their contact does not have it.
 */
export type OpenConversation = (event: OpenedFor) => Promise<{
  readonly amojoChatId: string;
  readonly avatarAddress?: string | undefined;
  readonly phone?: string | undefined;
}>;

type OpenedFor = Pick<
  CustomerEvent,
  "conversationId" | "chatId" | "customer" | "ownPhone" | "sentAtSeconds" | "where" | "isOutgoing"
> &
  Partial<Pick<CustomerEvent, "msgid">>;

async function isSettled(
  { amojoChatId, contactLinked, contactLeftToAmocrm, reach, handOff, topics }: Conversation,
  contacts: CrmContacts,
): Promise<boolean> {
  if (amojoChatId === undefined || handOff !== undefined || topics !== undefined) return false;
  if (reach === "blocked" || reach === "deactivated") return false;
  return contactLinked === true || contactLeftToAmocrm === true || !(await contacts.isAvailable());
}

/**
 * Whoever writes can be reached, unless something says otherwise that is newer, or of the same second: a
 * block may overtake what was written before it, and whoever lets the bot in again tells that as well.
 */
function reachNews(known: Conversation | undefined, sentAtSeconds: number | undefined) {
  const isGone = known?.reach === "blocked" || known?.reach === "deactivated";
  if (!isGone || sentAtSeconds === undefined || knowsBetter(known, sentAtSeconds - 1)) return {};
  return { reach: "reachable" as const, reachAtMillis: sentAtSeconds * 1000 };
}

/** A talk with operators goes on, also where one of them has just closed it. */
function spokenNews(known: Conversation | undefined, nowMillis: number) {
  const { handOff, spokeAtMillis = 0 } = known ?? {};
  const isOpen = handOff === "waiting" || handOff === "operator";
  return isOpen && nowMillis - spokeAtMillis >= 1000 ? { spokeAtMillis: nowMillis } : {};
}

/**
 * Has the amoCRM chat of a conversation ready for its next message, and answers amoCRM's id of it.
 * Every conversation begins with making the chat, which makes no contact and no lead; then a known
 * contact is linked, before the first message, so that no stray lead appears.
 */
export function createOpenConversation(
  deps: LinkContactDependencies & {
    readonly crm: CrmChat;
    readonly conversations: ConversationStore;
    readonly avatarOf: AvatarOf;
    /** Present where a bot answers until an operator is called. */
    readonly bot: BotAnswers | undefined;
  },
): OpenConversation {
  const { conversations, crm, now } = deps;
  /**
   * As it was a moment ago does, for half the price, where this message changes nothing that matters:
   * the chat is there, its contact settled, nobody gone, and no bot, no number and no topic in play.
   */
  const look = async ({ conversationId, ownPhone, where }: OpenedFor) => {
    if (deps.bot === undefined && ownPhone === undefined && where === undefined) {
      const old = await conversations.find(conversationId, { mayBeOld: true });
      if (old !== undefined && (await isSettled(old, deps.contacts))) return old;
    }
    return conversations.find(conversationId);
  };
  return async (event) => {
    const { conversationId, customer } = event;
    const known = await look(event);
    const news = {
      ...(deps.bot === undefined ? {} : touch(known, now())),
      // An administrator's word says nothing of the customer.
      ...(event.isOutgoing === true ? {} : reachNews(known, event.sentAtSeconds)),
      ...spokenNews(known, now()),
      ...topicNews(known, event),
      ...avatarLook(known, now()),
    };
    if (Object.keys(news).length > 0) await conversations.update(conversationId, news);
    const avatarAddress = await deps.avatarOf(conversationId, userIdOf(customer.id), known);
    const ready = async (opened: Conversation & { readonly amojoChatId: string }) => {
      const hasPhone = await linkContact(opened, event, deps);
      const { amojoChatId } = opened;
      return { amojoChatId, avatarAddress, phone: hasPhone ? undefined : event.ownPhone };
    };
    if (known?.amojoChatId !== undefined) {
      return ready({ ...known, amojoChatId: known.amojoChatId });
    }
    const person = { ...customer, avatarAddress };
    const { amojoChatId, amojoUserId } = await crm.openChat(conversationId, person);
    await conversations.update(conversationId, {
      amojoChatId,
      ...(amojoUserId === undefined ? {} : { amojoUserId }),
      createdAtMillis: now(),
      language: known?.languageChosen ?? customer.language,
    });
    return ready({ ...known, conversationId, amojoChatId });
  };
}
