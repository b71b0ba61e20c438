import type { HandOff } from "./hand-off.ts";
import type { Language } from "./language.ts";

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
  readonly reach?: "blocked" | "deactivated" | "reachable";
  /** When that was so: an older event, delivered again, does not overwrite it. */
  readonly reachAtMillis?: number;
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
  readonly spokeAtMillis?: number;
  /** How many messages the transcript holds that operators have not seen. */
  readonly saidCount?: number;
  /** The language that the customer chose, over that of their Telegram. */
  readonly languageChosen?: Language;
  /** When the customer was last told that a message waits. */
  readonly reassuredAtMillis?: number;
  /** When something last went through, to ten minutes; known where a bot does first. */
  readonly touchedAtMillis?: number;
  /** The topics in which the customer wrote last, see `domain/topics.ts`; absent without topics. */
  readonly topics?: readonly string[];
};
