import type { Conversation } from "../model/conversation.ts";
import type { CustomerEvent, MembershipEvent } from "../model/message.ts";
import type { Now } from "../model/runtime.ts";
import type { CrmChat, CrmContacts } from "../model/crm.ts";
import { avatarLook } from "./avatar.ts";
import type { AvatarOf } from "./avatar.ts";
import type { AttemptConversations } from "../delivery/attempt-conversations.ts";
import type { LinkContact, OpenedConversation } from "./contact.ts";
import { userIdOf } from "../model/ids.ts";
import { profileLink } from "./profile.ts";
import { topicNews } from "./topics.ts";
import type { Envelope } from "../model/envelope.ts";
import type { Decision } from "../delivery/attempt.ts";

/**
 * Returns amoCRM's id of the chat, the address of the customer's picture, and the number that the customer
 * shared, when the customer's contact does not have it.
 */
export type OpenConversation = (
  event: OpenedFor,
  conversations: AttemptConversations,
  options?: {
    /** The message is not silent. Before such a message, the bridge makes sure that there is a lead. */
    readonly isLive?: boolean;
  },
) => Promise<{
  readonly amojoChatId: string;
  readonly avatarAddress?: string | undefined;
  readonly phone?: string | undefined;
}>;

type OpenedFor = Pick<
  CustomerEvent,
  "conversationId" | "chatId" | "customer" | "ownPhone" | "sentAtSeconds" | "where" | "isOutgoing"
> &
  Partial<Pick<CustomerEvent, "msgid" | "profile">>;

async function isSettled(
  { amojoChatId, contactLinked, contactLeftToAmocrm, reachability, handOff, topics }: Conversation,
  contacts: Pick<CrmContacts, "isAvailable">,
): Promise<boolean> {
  if (amojoChatId === undefined || handOff !== undefined || topics !== undefined) return false;
  if (reachability === "blocked" || reachability === "deactivated") return false;
  return contactLinked === true || contactLeftToAmocrm === true || !(await contacts.isAvailable());
}

/** A token that cannot be read is the business of the work that needs it. */
function mayCallMainApi(contacts: Pick<CrmContacts, "isAvailable">): Promise<boolean> {
  return contacts.isAvailable().catch(() => true);
}

/**
 * The bridge can reach a customer who writes, unless it knows something newer, or of the same second. A block
 * may overtake a message from before it. When a customer lets the bot in again, an event says that too.
 */
function reachabilityNews(known: Conversation | undefined, sentAtSeconds: number | undefined) {
  const isGone = known?.reachability === "blocked" || known?.reachability === "deactivated";
  if (!isGone || sentAtSeconds === undefined || isReachabilityNewer(known, sentAtSeconds - 1))
    return {};
  return { reachability: "reachable" as const, reachabilityAtMillis: sentAtSeconds * 1000 };
}

/** A message continues a talk with operators, even when an operator has just closed it. */
function lastMessageNews(known: Conversation | undefined, nowMillis: number) {
  const { handOff, lastMessageAtMillis = 0 } = known ?? {};
  const isOpen = handOff === "waiting" || handOff === "operator";
  return isOpen && nowMillis - lastMessageAtMillis >= 1000
    ? { lastMessageAtMillis: nowMillis }
    : {};
}

/**
 * Prepares the amoCRM chat of a conversation for its next message, and returns amoCRM's id of the chat. Every
 * conversation begins with the creation of the chat, which makes no contact and no lead. Then the bridge
 * links a known contact, before the first message, so that no stray lead appears.
 */
export function createOpenConversation(deps: {
  readonly crm: CrmChat;
  readonly contacts: Pick<CrmContacts, "isAvailable">;
  readonly linkContact: LinkContact;
  /** What a message that is not silent needs before it. Absent where the bridge makes no leads and notes. */
  readonly beforeLive?: {
    /** True when a look at the contact's leads is due. */
    readonly isLeadDue: (known: Conversation | undefined, nowMillis: number) => boolean;
    /** True when notes wait for the lead. */
    readonly hasNotes: (known: Conversation | undefined) => boolean;
    readonly prepare: (
      conversation: OpenedConversation,
      customer: CustomerEvent["customer"],
      isLeadDue: boolean,
      conversations: AttemptConversations,
    ) => Promise<void>;
  };
  readonly avatarOf: AvatarOf;
  /** The team's bot answers customers until the customer or the bot calls an operator. */
  readonly hasBot: boolean;
  readonly touchEveryMillis: number;
  readonly now: Now;
}): OpenConversation {
  const { crm, beforeLive, touchEveryMillis, now } = deps;
  /**
   * An eventually consistent read is enough when the chat exists, its contact is settled, the customer is
   * reachable, and the event involves no bot, no number, no topic and no lead.
   */
  const read = async (
    event: OpenedFor,
    conversations: AttemptConversations,
    mayNeedLead: (known: Conversation) => boolean,
  ) => {
    const { conversationId, ownPhone, where } = event;
    if (!deps.hasBot && ownPhone === undefined && where === undefined) {
      const found = await conversations.find(conversationId, { mayBeStale: true });
      const isEnough =
        found !== undefined &&
        (!mayNeedLead(found) || !(await mayCallMainApi(deps.contacts))) &&
        (await isSettled(found, deps.contacts));
      if (isEnough) return found;
    }
    return conversations.find(conversationId);
  };
  return async (event, conversations, { isLive = false } = {}) => {
    const { conversationId, customer } = event;
    const isLeadDue = (conversation: Conversation | undefined) =>
      beforeLive?.isLeadDue(conversation, now()) === true;
    const needsRead = (conversation: Conversation) =>
      isLive && (isLeadDue(conversation) || beforeLive?.hasNotes(conversation) === true);
    const known = await read(event, conversations, needsRead);
    const wasDue = isLeadDue(known);
    const news = {
      ...touch(known, now(), touchEveryMillis),
      // The silence ends now. The next live message, or a retry of this one, must still look at the leads.
      ...(wasDue && known?.leadCheckedAtMillis !== undefined ? { leadCheckedAtMillis: 0 } : {}),
      // An administrator's message says nothing about the customer.
      ...(event.isOutgoing === true ? {} : reachabilityNews(known, event.sentAtSeconds)),
      ...lastMessageNews(known, now()),
      ...topicNews(known, event),
      ...avatarLook(known, now()),
    };
    if (Object.keys(news).length > 0) await conversations.update(conversationId, news);
    const userId = userIdOf(customer.id);
    const avatarAddress = await deps.avatarOf(conversationId, userId, known, conversations);
    const ready = async (opened: Conversation & { readonly amojoChatId: string }) => {
      const hasPhone = await deps.linkContact(opened, event, conversations);
      const { amojoChatId } = opened;
      if (isLive && beforeLive !== undefined) {
        const linked = (await conversations.find(conversationId, { mayBeStale: true })) ?? opened;
        const isDue = wasDue || isLeadDue(linked);
        const isNeeded = isDue || beforeLive.hasNotes(linked);
        if (isNeeded && (await mayCallMainApi(deps.contacts))) {
          const conversation = { ...linked, amojoChatId };
          await beforeLive.prepare(conversation, customer, isDue, conversations);
        }
      }
      return { amojoChatId, avatarAddress, phone: hasPhone ? undefined : event.ownPhone };
    };
    if (known?.amojoChatId !== undefined) {
      return ready({ ...known, amojoChatId: known.amojoChatId });
    }
    const person = { ...customer, avatarAddress, profileLink: profileLinkOf(event) };
    const { amojoChatId, amojoUserId } = await crm.openChat(conversationId, person);
    await conversations.update(conversationId, {
      amojoChatId,
      ...(amojoUserId === undefined ? {} : { amojoUserId }),
      createdAtMillis: beginningOf(event, now()),
      language: known?.languageChosen ?? customer.language,
    });
    return ready({ ...known, conversationId, amojoChatId });
  };
}

/** The address of the customer in Telegram, if they have a user name. */
export function profileLinkOf({ profile }: Pick<CustomerEvent, "profile">): string | undefined {
  return profile?.username === undefined ? undefined : profileLink(profile.username);
}

/**
 * The chat cannot be older than the customer's message. It can be older than amoCRM's answer, because
 * an earlier attempt may have opened it.
 */
function beginningOf({ sentAtSeconds }: Pick<CustomerEvent, "sentAtSeconds">, nowMillis: number) {
  return sentAtSeconds === undefined ? nowMillis : Math.min(nowMillis, sentAtSeconds * 1000);
}

/** True when the known reachability is newer than an event of that second. */
function isReachabilityNewer(known: Conversation | undefined, atSeconds: number): boolean {
  return (known?.reachabilityAtMillis ?? 0) >= (atSeconds + 1) * 1000;
}

/** Records the customer's reachability. It ignores a redriven, old event when it knows something newer. */
export function rememberReachability(
  { conversationId, reachability, changedAtSeconds }: MembershipEvent,
  { redrive }: Pick<Envelope, "redrive">,
  conversation: Conversation | undefined,
): Decision {
  if (redrive !== undefined && isReachabilityNewer(conversation, changedAtSeconds)) {
    return { kind: "ignore", reason: "something newer is known of the customer's reachability" };
  }
  const changes = { reachability, reachabilityAtMillis: changedAtSeconds * 1000 };
  return { kind: "steps", steps: [{ name: "remember-reachability", conversationId, changes }] };
}

/**
 * How often the bridge records the last activity of a conversation: often where the bot takes over after a
 * day of silence, seldom where only a new lead depends on the silence, and never where nothing does.
 */
export function touchEvery(hasBot: boolean, checkLeadAfterMillis: number | undefined): number {
  if (hasBot) return 10 * 60_000;
  // Without a wait, each message looks at the leads, whatever the silence was.
  return checkLeadAfterMillis === undefined || checkLeadAfterMillis === 0
    ? Number.POSITIVE_INFINITY
    : checkLeadAfterMillis / 4;
}

/** The change that records the last activity, at most once in that time. */
export function touch(
  known: Conversation | undefined,
  nowMillis: number,
  touchEveryMillis: number,
): { lastActivityAtMillis?: number } {
  const { lastActivityAtMillis = 0 } = known ?? {};
  return nowMillis - lastActivityAtMillis < touchEveryMillis
    ? {}
    : { lastActivityAtMillis: nowMillis };
}
