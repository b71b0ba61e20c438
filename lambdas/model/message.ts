/**
 * What a message says, tagged by amoCRM's own words. `unsupported` names by the Bot API's or
 * amoCRM's word a kind that is not carried over yet, so that it is shown and never vanishes.
 */
export type MessageContent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "unsupported"; readonly kind: string; readonly text?: string };

/** The person outside: names are theirs, taken anew with every message. */
export type Customer = {
  readonly id: string;
  readonly name: string;
  readonly language: Language;
};

/** The languages the bridge writes in. */
export type Language = "ru" | "en";

/** A command of the bot that the bridge itself answers. */
export type BotCommand = "start" | "operator";

/** Something a customer did in Telegram that an operator shall see. */
export type CustomerEvent = {
  readonly kind: "message" | "edit";
  readonly conversationId: string;
  readonly chatId: string;
  readonly customer: Customer;
  readonly msgid: string;
  /** The message's own time; an edit's is the time of the edit. */
  readonly sentAtSeconds: number;
  readonly content: MessageContent;
  readonly command?: BotCommand;
};

/** The customer blocked the bot, or took it back. */
export type MembershipEvent = {
  readonly kind: "membership";
  readonly conversationId: string;
  readonly reach: "blocked" | "reachable";
  readonly changedAtSeconds: number;
};

/** Something an operator wrote in amoCRM that the customer shall get. */
export type OperatorEvent = {
  readonly kind: "message";
  readonly amocrmMessageId: string;
  /** Our conversation id; absent when the operator writes first. */
  readonly conversationId: string | undefined;
  /** amoCRM's id of the chat. */
  readonly amojoChatId?: string | undefined;
  readonly sentAtMillis?: number | undefined;
  readonly content: MessageContent;
};

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
