import type { PermanentReason } from "../model/failure.ts";
import type { BotCommand } from "../model/message.ts";

/** Everything the bridge says, to operators and to customers. */
export type Texts = {
  /** What the bot answers to /start and /operator. */
  readonly greeting: string;
  /** What a customer is told while amoCRM takes nothing. */
  readonly waiting: string;
  /**
   * Stands before a message that comes after later ones, or long after it was written; `{time}` is when
   * that was, such as `14:05`, and after a day `2026-11-30 14:05`.
   */
  readonly late: string;
  /** Follows a failure of a message whose first parts arrived. */
  readonly begun: string;
  /** A message of a kind that cannot be sent, `{kind}`, reached the customer as its words. */
  readonly wordsOnly: string;
  /** Stands before the new text of a message that amoCRM could not change. */
  readonly edited: string;
  /** Stands in place of a part that an edit has taken out of a message. */
  readonly removed: string;
  /** Stands before what the customer forwarded; `{name}` wrote it first. */
  readonly forwarded: string;
  /** Stands above what an administrator of the channel wrote to the customer past the bridge. */
  readonly byAdministrator: string;
  /** A file the messenger does not hand out, for the operator. */
  readonly tooLarge: string;
  readonly unavailable: string;
  /** The same, for the customer who sent it; `{size}` is the limit for one that is too large. */
  readonly sendSmaller: string;
  readonly sendAgain: string;
  /** A file that Telegram does not take, for the customer; its address follows. */
  readonly fileByLink: string;
  /** A place that moves begins to be shared, and ends. */
  readonly liveLocation: Readonly<Record<"begun" | "ended", string>>;
  /** What a customer did to a message that amoCRM does not know; the emoji follows. */
  readonly reacted: string;
  readonly unreacted: string;
  /** Whoever writes where the bridge does not serve is told so once. */
  readonly elsewhere: Readonly<Record<"group" | "channel" | "business", string>>;
  /** Follows "cannot write first"; the bot's address follows it. */
  readonly invite: string;
  /** An operator was called; the talk with operators is over; there was none. */
  readonly operatorCalled: string;
  readonly talkClosed: string;
  readonly nothingOpen: string;
  /** Asks for the customer's number, and the words on the button that shares it. */
  readonly askPhone: string;
  readonly sharePhone: string;
  /** The number was shared; it was somebody else's. */
  readonly phoneShared: string;
  readonly notYourPhone: string;
  /** The choice of a language: the question, the answer, and the language's own name. */
  readonly chooseLanguage: string;
  readonly languageChosen: string;
  readonly languageName: string;
  /** What a command does, as Telegram's menu shows it: at most 256 characters. */
  readonly commands: Readonly<Record<BotCommand, string>>;
  readonly units: readonly [bytes: string, kilobytes: string, megabytes: string];
  /** Why a message did not reach the customer, for the operator who wrote it. */
  readonly failures: Readonly<Record<PermanentReason, string>>;
  /** Names of the Bot API's kinds of content; a kind not named here is shown by the API's word. */
  readonly kinds: Readonly<Record<string, string>>;
};
