import type { MediaKind } from "./content.ts";
import type { DeliveryStatus } from "./envelope.ts";
import type { Customer, MessageReference } from "./message.ts";

/** What an amoCRM message can hold. `text` beside a file is its caption. */
export type CrmContent =
  | { readonly type: "text"; readonly text: string }
  | {
      readonly type: MediaKind;
      /** Public address, kept for as long as amoCRM may come for it. */
      readonly address: string;
      readonly fileName: string;
      readonly sizeBytes: number | undefined;
      readonly durationSeconds: number | undefined;
      readonly text: string;
    }
  | {
      readonly type: "location";
      readonly latitude: number;
      readonly longitude: number;
      readonly text: string;
    }
  | { readonly type: "contact"; readonly name: string; readonly phone: string }
  /** For an edit only: other words in a message, or that its own are gone; a file in it stays. */
  | {
      readonly type: "emptied";
      readonly was: "text" | "location" | "contact" | MediaKind;
      readonly text: string;
    };

/** The customer as amoCRM shall show them. */
export type CrmPerson = Customer & {
  readonly avatarAddress?: string | undefined;
  /** Their own number, as E.164: amoCRM puts it into a contact that it makes by itself. */
  readonly phone?: string | undefined;
};

/** A message on its way into an amoCRM chat. */
export type CrmMessage = {
  readonly conversationId: string;
  readonly msgid: string;
  readonly customer: CrmPerson;
  /** Who speaks: the customer, or our bot to the customer. */
  readonly from: "customer" | "bot";
  readonly sentAtMillis: number;
  /** True: no lead and no notification come of it. */
  readonly silent: boolean;
  readonly content: CrmContent;
  /** The message of the same chat that it answers. */
  readonly repliesTo?: MessageReference;
  /** The entry of a list that the customer pressed. */
  readonly choice?: string;
};

/** A customer's reaction to a message; amoCRM takes one change a call. */
export type CrmReaction = {
  readonly conversationId: string;
  readonly message: MessageReference;
  readonly customer: Customer;
  readonly type: "react" | "unreact";
  readonly emoji: string;
};

/** The chats of the CRM. Every method may throw TransientFailure or PermanentFailure. */
export interface CrmChat {
  /** Makes the chat, or answers the ids of the one that exists; makes no contact and no lead. */
  openChat(
    conversationId: string,
    customer: CrmPerson,
  ): Promise<{ amojoChatId: string; amojoUserId: string | undefined }>;
  /** Answers amoCRM's id of the message. A repeat with the same msgid never makes a second one. */
  sendMessage(message: CrmMessage): Promise<string>;
  editMessage(message: CrmMessage): Promise<void>;
  react(reaction: CrmReaction): Promise<void>;
  /** ReconcileSchedule for our message in the chat's history, back to the given time; answers amoCRM's id. */
  findMessage(
    chat: { amojoChatId: string; conversationId: string },
    msgid: string,
    sinceMillis: number,
  ): Promise<string | undefined>;
  setDeliveryStatus(
    amocrmMessageId: string,
    status: DeliveryStatus,
    options?: { timeoutMillis?: number },
  ): Promise<void>;
  /** True when the channel's bot is known, so that the bot's own messages can be shown. */
  canSpeakAsBot(): boolean;
}

/** Contacts of the CRM. Methods may throw TransientFailure or PermanentFailure. */
export interface CrmContacts {
  /** False while no API token is set: then no other method may be called. */
  isAvailable(): Promise<boolean>;
  /** `phone` is E.164, here and below. */
  create(contact: { name: string; requestId: string; phone?: string }): Promise<number>;
  /** Contacts of this very name, made since then and in no chat; two at most, more say no more. */
  findRecent(name: string, sinceMillis: number): Promise<readonly number[]>;
  /** The contact that has this number, however it is written there; of several the oldest. */
  findByPhone(phone: string): Promise<number | undefined>;
  /** Adds a number to those of a contact, unless it is there. */
  addPhone(contactId: number, phone: string): Promise<void>;
  /** Gives a chat its contact, in place of the one it had. */
  linkChat(contactId: number, amojoChatId: string): Promise<void>;
  /** The contact that a chat has now. */
  contactOf(amojoChatId: string): Promise<number | undefined>;
}

/** A message of a chat's history, as far as finding lost ones needs it. */
export type HistoryMessage = {
  readonly amocrmMessageId: string;
  /** Our msgid; absent for what was written in amoCRM. */
  readonly msgid: string | undefined;
  readonly sentAtMillis: number;
  /** The hook that amoCRM would have sent for it, as JSON. */
  readonly hook: string;
};

/** A page with fewer is the last one. @see https://www.amocrm.ru/developers/content/chats/chat-api-reference */
export const historyPageSize = 50;

/** Reads what amoCRM remembers of a chat. May throw TransientFailure or PermanentFailure. */
export interface CrmHistory {
  /** One page, newest first; empty when there is nothing (more). */
  page(
    chat: {
      readonly amojoChatId: string;
      readonly conversationId: string;
      /** Until when amoCRM asked us to leave this chat alone, 0 for never; for who has just read it. */
      readonly pausedUntilMillis?: number;
    },
    number: number,
  ): Promise<readonly HistoryMessage[]>;
}

/** A talk with operators, as the CRM's interface shows it. */
export type Talk = {
  readonly talkId: number;
  /** False once an operator has closed it. */
  readonly isOpen: boolean;
  /** To the second; of a closed talk, the earliest moment at which it was surely closed. */
  readonly changedAtMillis: number;
};

/** Talks of the CRM. Methods may throw TransientFailure or PermanentFailure. */
export interface CrmTalks {
  /** False while no API token is set: then no other method may be called. */
  isAvailable(): Promise<boolean>;
  /** The newest talk of a chat in which somebody has written since then; undefined when none is known. */
  newest(amojoChatId: string, sinceMillis: number): Promise<Talk | undefined>;
}

/** When amoCRM last took anything from us, for all sandboxes together. */
export interface CrmHealth {
  /** Notes a success, at most once a minute. */
  noteSuccess(nowMillis: number): Promise<void>;
  lastSuccessAtMillis(): Promise<number | undefined>;
}
