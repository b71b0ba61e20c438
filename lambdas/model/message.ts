import type { Button, MessageContent } from "./content.ts";
import type { Language } from "./conversation.ts";

/** The customer. The name comes with every message. */
export type Customer = {
  readonly id: string;
  readonly name: string;
  readonly language: Language;
};

/** What Telegram says of a person besides the name. */
export type CustomerProfile = {
  readonly username?: string;
  /** As Telegram has it, such as `pt-br`. */
  readonly languageCode?: string;
  readonly isPremium?: true;
};

/** A part of a chat. Absent when the chat has no such parts, and for its general part. */
export type Where = {
  /** Telegram's id of the topic of a private chat. */
  readonly topicId?: string;
};

/** A bot command that the bridge answers itself. */
export type BotCommand = "start" | "help" | "operator" | "end" | "language";

/** The message that a customer's message answers, as far as Telegram shows it. */
export type CustomerQuote = {
  /** Absent for a message of another chat. */
  readonly telegramMessageId?: string;
  readonly from: "customer" | "bot" | "another-chat";
  /** The quoted words: the part that the customer chose, else the text of the message. May be empty. */
  readonly text: string;
  /** True when the customer chose a part: some words, a task of a list, an option of a poll. */
  readonly isPart: boolean;
  /** The kind in the Bot API's word (absent for a text), the author, and a link to the message. */
  readonly kind?: string;
  readonly whose?: string;
  readonly link?: string;
};

/** A customer's action in Telegram that an operator must see. */
export type CustomerEvent = {
  readonly kind: "message" | "edit";
  readonly conversationId: string;
  readonly chatId: string;
  readonly customer: Customer;
  readonly msgid: string;
  /** As in the update. One message has many edits, and each edit has its own update. */
  readonly updateId: number;
  /** Telegram does not say whose direct messages these are: taken from the person who acted. */
  readonly isTopicGuessed?: true;
  /** A channel's administrator wrote it to the customer: shown as outgoing, and not answered. */
  readonly isOutgoing?: true;
  /** Absent when Telegram says nothing more of the customer. */
  readonly profile?: CustomerProfile;
  /** Where the customer wrote. The bot's answer goes to the same place. */
  readonly where?: Where;
  /** The time of the message or of the edit. A pressed button has no time. */
  readonly sentAtSeconds: number | undefined;
  readonly content: MessageContent;
  /** The rest of the content, in order: texts, files and places. Each becomes a separate message. */
  readonly further?: readonly MessageContent[];
  readonly command?: BotCommand;
  /** The payload of the deep link with which the customer started the bot. Any person can type one. */
  readonly startPayload?: string;
  readonly quote?: CustomerQuote;
  /** The first author of a forwarded message. */
  readonly forwardedFrom?: string;
  /** The value that amoCRM wants back for a pressed entry of a list. */
  readonly choice?: string;
  /** The value that the bridge wants back for its own pressed button. amoCRM cannot make such buttons. */
  readonly ownChoice?: string;
  /** The customer's own number that the message shares, in E.164 form. Only when a bridge asks for it. */
  readonly ownPhone?: string;
};

/** The result for a customer's file: its path in the media store, or why it has none. */
export type KeptFile = { readonly path: string } | { readonly why: "tooLarge" | "unavailable" };

/** A customer's content with the lines above it: the first author and the quote. */
export type Framed = Pick<CustomerEvent, "content" | "forwardedFrom" | "quote"> & {
  /** The first line. It names the author when amoCRM shows the words as the customer's. */
  readonly heading?: string;
};

/** One of the amoCRM messages that a customer's message becomes. */
export type Piece = Framed & {
  /** Counts from 1. The first piece has the msgid of the message itself. */
  readonly number: number;
  readonly msgid: string;
};

/** A customer added reactions to a message, or removed them. */
export type CustomerReaction = Pick<
  CustomerEvent,
  "conversationId" | "chatId" | "customer" | "isTopicGuessed" | "updateId"
> & {
  readonly kind: "reaction";
  readonly telegramMessageId: string;
  readonly atSeconds: number;
  /** Emoji. For a custom or paid reaction, the Bot API's word in square brackets. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
};

/** The customer blocked or unblocked the bot. */
export type MembershipEvent = {
  readonly kind: "membership";
  readonly conversationId: string;
  readonly reachability: "blocked" | "reachable";
  readonly changedAtSeconds: number;
};

/** A person wrote in a place that the bridge does not serve: a group, a channel, a business account. */
export type UnsupportedChatEvent = {
  readonly kind: "unsupported-chat";
  readonly place: "group" | "channel" | "business";
  /** The id of that place. The bridge uses it only to remember that it told the person. */
  readonly conversationId: string;
  readonly chatId: string;
  readonly businessConnectionId?: string;
  /** Telegram's id of the writer. The writer of a channel's post is the channel. */
  readonly writer: string;
  readonly language: Language;
};

/** Every event that an update can hold. */
export type TelegramEvent =
  | CustomerEvent
  | CustomerReaction
  | MembershipEvent
  | UnsupportedChatEvent
  | Ignored
  | NotUnderstood;

/** A message of the chat, by amoCRM's id or by our msgid, as far as the hook names it. */
export type MessageReference = {
  readonly amocrmMessageId?: string;
  readonly msgid?: string;
};

/** The chat of an operator's act, as its hook names it. */
type OperatorsChat = {
  /** Our conversation id. Undefined when the operator writes first. */
  readonly conversationId: string | undefined;
  /** amoCRM's id of the chat. */
  readonly amojoChatId?: string | undefined;
};

/** An operator's message in amoCRM that the customer must get. */
export type OperatorEvent = OperatorsChat & {
  readonly kind: "message";
  readonly amocrmMessageId: string;
  /** The time when the operator wrote it, else the time of its hook. */
  readonly sentAtMillis?: number | undefined;
  readonly content: MessageContent;
  /** Rows of buttons under the message. */
  readonly buttons?: readonly (readonly Button[])[];
  /** The message that it answers, and the words to quote when the lookup does not find that message. */
  readonly quote?: MessageReference & { readonly text: string };
};

/** An operator added a reaction to a message, or removed it (no emoji). */
export type OperatorReaction = OperatorsChat & {
  readonly kind: "reaction";
  readonly message: MessageReference;
  readonly emoji?: string;
  readonly sentAtMillis?: number | undefined;
};

/** An operator is typing until `untilSeconds`. */
export type OperatorTyping = OperatorsChat & {
  readonly kind: "typing";
  readonly untilSeconds?: number;
};

/** Every event that an authentic hook can hold. */
export type AmocrmEvent =
  OperatorEvent | OperatorReaction | OperatorTyping | Ignored | NotUnderstood;

/** The decoder's result for an event that asks the bridge to send nothing. */
export type Ignored = { readonly kind: "ignored"; readonly reason: string };

/** The decoder's result for an authentic event that it cannot read. The sender parks it, never refuses it. */
export type NotUnderstood = {
  readonly kind: "not-understood";
  readonly reason: "not-understood" | "foreign-account";
  readonly detail: string;
  /** Present when the status of that message can tell the operator. */
  readonly amocrmMessageId?: string;
};
