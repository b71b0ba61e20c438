import type { PermanentReason } from "../model/failure.ts";
import type { BotCommand } from "../model/message.ts";

/** All texts of the bridge, for operators and for customers. */
export type Texts = {
  /** The bot's answer to /start and /operator. */
  readonly greeting: string;
  /** The outage notice: a customer gets it while amoCRM accepts nothing. */
  readonly waiting: string;
  /** A customer who writes outside working hours gets this once. `{time}` is the next opening time. */
  readonly outsideHours: string;
  /** A customer whom nobody has answered for a time gets this once. */
  readonly stillWaiting: string;
  /** The text of a task or a note: nobody has answered the customer since `{time}`. */
  readonly unanswered: string;
  /** Notes for operators about a deep link. `{from}` is its source; `{contact}` the number of a contact. */
  readonly cameFrom: string;
  readonly linkUsed: string;
  readonly linkOfOther: string;
  /**
   * Goes before a message that comes after newer ones, or long after its writing. `{time}` is the
   * time of writing, such as `14:05`, and after a day `2026-11-30 14:05`.
   */
  readonly late: string;
  /** Follows a failure of a message whose first parts arrived. */
  readonly begun: string;
  /** For the operator: we cannot send a message of this kind, `{kind}`. The customer got only its words. */
  readonly wordsOnly: string;
  /** Goes before the new text of a message that amoCRM could not change. */
  readonly edited: string;
  /** Replaces a part that an edit removed from a message. */
  readonly removed: string;
  /** Goes before a message that the customer forwarded. `{name}` is the first author. */
  readonly forwarded: string;
  /** Goes above a message that a channel's administrator wrote to the customer outside the bridge. */
  readonly byAdministrator: string;
  /** For the operator: a file that the messenger does not hand out. */
  readonly tooLarge: string;
  readonly unavailable: string;
  /** The same, for the customer who sent the file. `{size}` is the limit for a file that is too large. */
  readonly sendSmaller: string;
  readonly sendAgain: string;
  /** For the customer: Telegram does not accept a file. Its address follows. */
  readonly fileByLink: string;
  /** The customer begins or ends a live location. */
  readonly liveLocation: Readonly<Record<"begun" | "ended", string>>;
  /** A customer's reaction to a message that amoCRM does not know. The emoji follows. */
  readonly reacted: string;
  readonly unreacted: string;
  /** A person who writes in a place that the bridge does not serve gets this once. */
  readonly unsupportedChat: Readonly<Record<"group" | "channel" | "business", string>>;
  /** Follows "cannot write first". The bot's address follows it. */
  readonly invite: string;
  /** Three answers: an operator was called, the talk with operators is over, there was no talk. */
  readonly operatorCalled: string;
  readonly talkClosed: string;
  readonly nothingOpen: string;
  /** Asks for the customer's number, and labels the button that shares it. */
  readonly askPhone: string;
  readonly sharePhone: string;
  /** Two answers: the customer shared their own number, or another person's number. */
  readonly phoneShared: string;
  readonly notYourPhone: string;
  /** The choice of a language: the question, the answer, and the language's own name. */
  readonly chooseLanguage: string;
  readonly languageChosen: string;
  readonly languageName: string;
  /** The description of a command in Telegram's menu: at most 256 characters. */
  readonly commands: Readonly<Record<BotCommand, string>>;
  /** How numbers and units are written. */
  readonly locale: Intl.Locale;
  /** Why a message did not reach the customer, for the operator who wrote it. */
  readonly failures: Readonly<Record<PermanentReason, string>>;
  /** Names of the Bot API's kinds of content. A kind without a name here appears in the API's word. */
  readonly kinds: Readonly<Record<string, string>>;
};
