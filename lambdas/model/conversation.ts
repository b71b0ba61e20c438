import type { Direction } from "./envelope.ts";

/** The link between a Telegram chat and an amoCRM chat, as far as it is known. */
export type Conversation = {
  readonly conversationId: string;
  /** amoCRM's id of the chat: known once `POST /chats` was answered. */
  readonly amojoChatId?: string;
  readonly amojoUserId?: string;
  readonly contactId?: number;
  readonly contactLinked?: boolean;
  /** Set before a contact is created: with no contact id beside it, the outcome is unknown. */
  readonly contactStartedAtMillis?: number;
  /** Since when the main API has kept this conversation from its contact. */
  readonly contactTroubleSinceMillis?: number;
  /** The main API failed for too long or refused: amoCRM made contact and lead by itself. */
  readonly contactLeftToAmocrm?: boolean;
  /** The customer was asked for their number, or has shared it; the number itself is amoCRM's. */
  readonly phoneState?: "asked" | "shared";
  /** Since when the main API has kept a shared number from its contact; 0 for no more. */
  readonly phoneTroubleSinceMillis?: number;
  readonly createdAtMillis?: number;
  /** Language of the customer, as their Telegram said last when the chat was opened. */
  readonly language?: Language;
  /** What Telegram said last: the customer blocked the bot, is gone, or can be reached again. */
  readonly reachability?: "blocked" | "deactivated" | "reachable";
  /** When that was so: an older event, delivered again, does not overwrite it. */
  readonly reachabilityAtMillis?: number;
  /** Telegram asked us to leave this chat alone until then. */
  readonly pausedUntilMillis?: number;
  /** amoCRM asked us to wait with this chat's history and reports until then. */
  readonly crmPausedUntilMillis?: number;
  /** Our bot's words are on their way into the amoCRM chat: a hook may be their echo until then. */
  readonly echoUntilMillis?: number;
  /** Until when a hook of bot's words may come whose import failed; the echo memory knows them. */
  readonly echoLostUntilMillis?: number;
  /** When the last such import was through and remembered. */
  readonly echoedAtMillis?: number;
  /** Path of the customer's picture in the media store, and when it was looked for last. */
  readonly avatarPath?: string;
  readonly avatarLookedAtMillis?: number;
  /** Who was told that the bridge does not serve here, and when: `<millis>:<writer>`, the newest last. */
  readonly refused?: readonly string[];
  /** Who answers the customer, where a bot does first. */
  readonly handOff?: HandOff;
  /** The event that made it so, and what was before: another attempt at it has to find that. */
  readonly handOffBy?: string;
  readonly handOffFrom?: HandOff;
  /** The last press of a button that went to operators: what was written before it may come after it. */
  readonly pressedBy?: string;
  /** When a word of the talk with operators last went to amoCRM, or the operator began it. */
  readonly lastMessageAtMillis?: number;
  /** How many messages the transcript holds that operators have not seen. */
  readonly unseenCount?: number;
  /** The language that the customer chose, over that of their Telegram. */
  readonly languageChosen?: Language;
  /** When the customer was last told that a message waits. */
  readonly outageNoticeAtMillis?: number;
  /** When something last went through, to ten minutes; known where a bot does first. */
  readonly lastActivityAtMillis?: number;
  /** The topics in which the customer wrote last, see `conversation/topics.ts`; absent without topics. */
  readonly topics?: readonly string[];
};

/** Who answers the customer: the bot, nobody yet (an operator was called), an operator, nobody any more. */
export type HandOff = "bot" | "waiting" | "operator" | "closed";

/** What moves a conversation from one to another. */
export type HandOffEvent =
  | "customer writes"
  /** By a button, a command, or because the bot has no answer. */
  | "customer calls an operator"
  | "customer ends"
  | "operator answers"
  | "operator ends"
  | "a day of silence";

/** The languages the bridge writes in; each has its file of texts in `texts/`. */
export const languages = ["en", "ru"] as const;

/** One of them; a customer of any other is answered in the first. */
export type Language = (typeof languages)[number];

/** The settings for when customers are asked for their number. */
export const askPhoneMoments = ["never", "at-start", "when-called"] as const;

/** When customers are asked for their number: never, with the greeting, or when they want an operator. */
export type AskPhone = (typeof askPhoneMoments)[number];

/**
 * How long it stays known that a conversation is making a contact of a name: longer than a main API in
 * trouble is waited for, so that whatever came of it happened before.
 */
export const contactMarkMillis = 10 * 60_000;

/** What can be paused as a whole: a direction's vendor, amoCRM's main API, Telegram's files. */
export type PauseName = Direction | "main-api" | "telegram-files";

/** Calls of no chat: their limit is everybody's, and those who do not listen are blocked. */
const ofNoChat: ReadonlySet<PauseName> = new Set(["main-api", "telegram-files"]);

/** One sign that a vendor wants to be left alone: a 429, or no answer in time. */
export type LimitSign = {
  readonly kind: "limit" | "timeout";
  readonly atMillis: number;
  /** The chat it happened in. */
  readonly group: string;
};

/** Until when no call is made there, and the strikes that may lead to that. */
export type Pause = {
  readonly name: PauseName;
  readonly untilMillis: number;
  readonly signs: readonly LimitSign[];
};

const rules = {
  /** 429s from so many chats in so short a time are the bot's limit, not a chat's. */
  limit: { needed: 3, windowMillis: 2000 },
  /** Slow calls must not eat the other chats' slots. */
  timeout: { needed: 3, windowMillis: 10_000 },
};
const timeoutPauseMillis = 5000;

/** The pause after one more strike; `retryAfterMillis` is the vendor's wait, for a limit. */
export function withLimitSign(pause: Pause, limitSign: LimitSign, retryAfterMillis: number): Pause {
  const recent = [...pause.signs, limitSign].filter(
    ({ kind, atMillis }) => atMillis > limitSign.atMillis - rules[kind].windowMillis,
  );
  const alike = recent.filter(({ kind }) => kind === limitSign.kind);
  const count =
    limitSign.kind === "limit" ? new Set(alike.map(({ group }) => group)).size : alike.length;
  const needed = ofNoChat.has(pause.name) ? 1 : rules[limitSign.kind].needed;
  if (count < needed) return { ...pause, signs: recent };
  const lengthMillis = limitSign.kind === "limit" ? retryAfterMillis : timeoutPauseMillis;
  return {
    name: pause.name,
    untilMillis: Math.max(pause.untilMillis, limitSign.atMillis + lengthMillis),
    signs: recent.filter(({ kind }) => kind !== limitSign.kind),
  };
}

/** A conversation, and when something last went through it, to ten minutes. */
export type ActiveConversation = {
  readonly conversationId: string;
  readonly activeAtMillis: number;
};

/** The same as a claim carries it: with the key of the index by hour under which it is found. */
export type ActivityNote = ActiveConversation & { readonly activeHour: string };
