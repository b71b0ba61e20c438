import type { Button, MessageContent } from "./content.ts";
import type { Language } from "./conversation.ts";

/** The person outside: names are theirs, taken anew with every message. */
export type Customer = {
  readonly id: string;
  readonly name: string;
  readonly language: Language;
};

/** Where in a chat something stands; absent where the chat has no such parts, and for its general part. */
export type Where = {
  /** The topic of a private chat, by Telegram's id of it. */
  readonly topicId?: string;
};

/** A command of the bot that the bridge itself answers. */
export type BotCommand = "start" | "help" | "operator" | "end" | "language";

/** What a customer's message answers, as far as Telegram tells it. */
export type CustomerQuote = {
  /** Absent for a message of another chat. */
  readonly telegramMessageId?: string;
  readonly from: "customer" | "bot" | "another-chat";
  /** The words quoted: the part the customer chose, else what the message says; may be empty. */
  readonly text: string;
  /** The customer chose a part of it: some of its words, a task of a list, an option of a poll. */
  readonly isPart: boolean;
  /** What it is, by the Bot API's word, unless it is a text; whose; and where it can be read. */
  readonly kind?: string;
  readonly whose?: string;
  readonly link?: string;
};

/** Something a customer did in Telegram that an operator shall see. */
export type CustomerEvent = {
  readonly kind: "message" | "edit";
  readonly conversationId: string;
  readonly chatId: string;
  readonly customer: Customer;
  readonly msgid: string;
  /** Telegram does not say in whose direct messages: in those of who did it, if they are a customer at all. */
  readonly isTopicGuessed?: true;
  /** An administrator of the channel wrote it to the customer: it is shown as outgoing, and answered by nobody. */
  readonly isOutgoing?: true;
  /** Where the customer wrote: what the bot says to that goes there as well. */
  readonly where?: Where;
  /** The message's own time, an edit's the time of the edit; a pressed button has none. */
  readonly sentAtSeconds: number | undefined;
  readonly content: MessageContent;
  /** What it says after that, in its order: texts, files and places, each shown as a message of its own. */
  readonly further?: readonly MessageContent[];
  readonly command?: BotCommand;
  readonly quote?: CustomerQuote;
  /** Who wrote it first, when it was forwarded. */
  readonly forwardedFrom?: string;
  /** A pressed entry of a list: what amoCRM wants back. */
  readonly choice?: string;
  /** A pressed button of the bridge's own: what the bridge wants back. amoCRM cannot make such buttons. */
  readonly ownChoice?: string;
  /** The customer's own number that the message shares, as E.164; only where a bridge asks for it. */
  readonly ownPhone?: string;
};

/** What became of a customer's file: its path in the media store, or why it has none. */
export type Kept = { readonly path: string } | { readonly why: "tooLarge" | "unavailable" };

/** What a customer says, and what stands above it: who wrote it first, what it answers. */
export type Framed = Pick<CustomerEvent, "content" | "forwardedFrom" | "quote"> & {
  /** Stands above all that: whose words these are, where amoCRM shows them as the customer's. */
  readonly heading?: string;
};

/** One message of amoCRM, of those that a customer's message becomes. */
export type Piece = Framed & {
  /** From 1; the first has the msgid of the message itself. */
  readonly number: number;
  readonly msgid: string;
};

/** A customer put reactions to a message, or took them back. */
export type CustomerReaction = {
  readonly kind: "reaction";
  readonly conversationId: string;
  readonly chatId: string;
  readonly customer: Customer;
  /** As of a message. */
  readonly isTopicGuessed?: true;
  readonly telegramMessageId: string;
  readonly atSeconds: number;
  /** Emoji; a custom or paid reaction is named by the Bot API's word in square brackets. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
};

/** The customer blocked the bot, or took it back. */
export type MembershipEvent = {
  readonly kind: "membership";
  readonly conversationId: string;
  readonly reachability: "blocked" | "reachable";
  readonly changedAtSeconds: number;
};

/** Somebody wrote where the bridge does not serve: a group, a channel, a business account. */
export type UnsupportedChatEvent = {
  readonly kind: "unsupported-chat";
  readonly place: "group" | "channel" | "business";
  /** Of that place; only used to remember that it was told. */
  readonly conversationId: string;
  readonly chatId: string;
  readonly businessConnectionId?: string;
  /** Who wrote there, by Telegram's id; a channel's posts are the channel's own. */
  readonly writer: string;
  readonly language: Language;
};

/** Everything an update may say. */
export type TelegramEvent =
  | CustomerEvent
  | CustomerReaction
  | MembershipEvent
  | UnsupportedChatEvent
  | Ignored
  | NotUnderstood;

/** A message of the chat, by amoCRM's id or by ours, as far as the hook names it. */
export type MessageReference = {
  readonly amocrmMessageId?: string;
  readonly msgid?: string;
};

/** Something an operator wrote in amoCRM that the customer shall get. */
export type OperatorEvent = {
  readonly kind: "message";
  readonly amocrmMessageId: string;
  /** Our conversation id; absent when the operator writes first. */
  readonly conversationId: string | undefined;
  /** amoCRM's id of the chat. */
  readonly amojoChatId?: string | undefined;
  /** When it was written, else when its hook was made. */
  readonly sentAtMillis?: number | undefined;
  readonly content: MessageContent;
  /** Rows of buttons under it. */
  readonly buttons?: readonly (readonly Button[])[];
  /** What it answers, and the words to quote when that is not found. */
  readonly quote?: MessageReference & { readonly text: string };
};

/** An operator put a reaction to a message, or took it back (no emoji). */
export type OperatorReaction = {
  readonly kind: "reaction";
  readonly conversationId: string | undefined;
  /** amoCRM's id of the chat. */
  readonly amojoChatId?: string | undefined;
  readonly message: MessageReference;
  readonly emoji?: string;
  readonly sentAtMillis?: number | undefined;
};

/** An operator is typing, until then. */
export type OperatorTyping = {
  readonly kind: "typing";
  readonly conversationId: string | undefined;
  /** amoCRM's id of the chat. */
  readonly amojoChatId?: string | undefined;
  readonly untilSeconds?: number;
};

/** Everything an authentic hook may say. */
export type AmocrmEvent =
  | OperatorEvent
  | OperatorReaction
  | OperatorTyping
  | Ignored
  | NotUnderstood;

/** What a decoder makes of an event that asks for nothing to be sent. */
export type Ignored = { readonly kind: "ignored"; readonly reason: string };

/** What a decoder makes of an authentic event that it cannot read: parked, never refused. */
export type NotUnderstood = {
  readonly kind: "not-understood";
  readonly reason: "not-understood" | "foreign-account";
  readonly detail: string;
  /** Present when the operator can be told by the status of that message. */
  readonly amocrmMessageId?: string;
};
