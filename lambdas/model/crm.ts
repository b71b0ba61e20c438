import type { MediaKind } from "./content.ts";
import type { DeliveryStatus } from "./envelope.ts";
import type { Customer, CustomerProfile, MessageReference } from "./message.ts";

/** The content that an amoCRM message can hold. `text` next to a file is its caption. */
export type CrmContent =
  | { readonly type: "text"; readonly text: string }
  | {
      readonly type: MediaKind;
      /** The public address. It stays valid for as long as amoCRM may fetch the file. */
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
  /** Only for an edit: other words for a message, or a note that its words were removed. A file stays. */
  | {
      readonly type: "emptied";
      readonly was: "text" | "location" | "contact" | MediaKind;
      readonly text: string;
    };

/** The customer as amoCRM shows them. */
export type CrmPerson = Customer & {
  /** The address under which anybody can write to the customer in Telegram. */
  readonly profileLink?: string | undefined;
  readonly avatarAddress?: string | undefined;
  /** The customer's own number, in E.164 form. amoCRM puts it into a contact that it makes itself. */
  readonly phone?: string | undefined;
};

/** A message to show in an amoCRM chat. */
export type CrmMessage = {
  readonly conversationId: string;
  readonly msgid: string;
  readonly customer: CrmPerson;
  /** The author: the customer, or our bot that writes to the customer. */
  readonly from: "customer" | "bot";
  readonly sentAtMillis: number;
  /** True when the message makes no lead and no notification. */
  readonly silent: boolean;
  readonly content: CrmContent;
  /** The message of the same chat that this one answers. */
  readonly repliesTo?: MessageReference;
  /** The entry of a list that the customer pressed. */
  readonly choice?: string;
};

/** A customer's reaction to a message. amoCRM accepts one change per call. */
export type CrmReaction = {
  readonly conversationId: string;
  readonly message: MessageReference;
  readonly customer: Customer;
  readonly type: "react" | "unreact";
  readonly emoji: string;
};

/** The CRM's chats. Every method may throw TransientFailure or PermanentFailure. */
export interface CrmChat {
  /** Makes the chat, or returns the ids of the chat that exists. Makes no contact and no lead. */
  openChat(
    conversationId: string,
    customer: CrmPerson,
  ): Promise<{ amojoChatId: string; amojoUserId: string | undefined }>;
  /** Returns amoCRM's id of the message. A retry with the same msgid never makes a second message. */
  sendMessage(message: CrmMessage): Promise<string>;
  editMessage(message: CrmMessage): Promise<void>;
  react(reaction: CrmReaction): Promise<void>;
  /** Looks for our message in the chat's history, back to the given time. Returns amoCRM's id of it. */
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
  /** True when we know the channel's bot, so that we can show the bot's own messages. */
  canSpeakAsBot(): boolean;
}

/** The CRM's contacts. Methods may throw TransientFailure or PermanentFailure. */
export interface CrmContacts {
  /** False while no API token is set. Then callers must call no other method. */
  isAvailable(): Promise<boolean>;
  /** Makes a contact and returns its id. `phone` has E.164 form, here and below. */
  create(contact: { name: string; requestId: string; phone?: string }): Promise<number>;
  /** Contacts of exactly this name, made since then, in no chat. At most two: a third says nothing more. */
  findRecent(name: string, sinceMillis: number): Promise<readonly number[]>;
  /** The contact with this number, in any way of writing it. Of several contacts, the oldest. */
  findByPhone(phone: string): Promise<number | undefined>;
  /** Adds a number to a contact, unless the contact has it. */
  addPhone(contactId: number, phone: string): Promise<void>;
  /**
   * Writes the fields of the profile. False when the account has none of these fields. `isFirst`: the contact
   * has no earlier values.
   */
  writeProfile(
    contactId: number,
    profile: CustomerProfile & { readonly userId: string; readonly isFirst: boolean },
  ): Promise<boolean>;
  /** Links a chat to a contact, in place of the contact that it had. */
  linkChat(contactId: number, amojoChatId: string): Promise<void>;
  /** The contact that a chat has now. */
  contactOf(amojoChatId: string): Promise<number | undefined>;
}

/** How the bridge makes a customer's lead: the team's decision. The ids are amoCRM's. */
export type LeadPlan = {
  /** Undefined: amoCRM's main pipeline. */
  readonly pipelineId?: number;
  /** Undefined: the first stage of the pipeline. */
  readonly statusId?: number;
  /** The responsible users, in turn. Empty: amoCRM chooses. */
  readonly responsible: readonly number[];
  readonly tags: readonly string[];
  /** The external ids of the integration's own sources that a lead may get. */
  readonly sources: readonly string[];
  /** `{name}` stands for the contact's name. */
  readonly leadName: string;
  /** After this long without a word of either side, the next message looks at the contact's leads again. */
  readonly checkLeadAfterMillis: number;
};

/** The codes of the contacts' fields for who the customer is in Telegram. `bridge setup` makes the fields. */
export const contactFieldCodes = {
  telegramId: "TELEGRAM_ID",
  username: "TELEGRAM_USERNAME",
  link: "TELEGRAM_LINK",
  language: "TELEGRAM_LANGUAGE",
  premium: "TELEGRAM_PREMIUM",
} as const;

/** One of these fields. The setting `contactFields` has the same names. */
export type ContactFieldName = keyof typeof contactFieldCodes;

/** A lead to make. All parts except the name and the contact are optional for amoCRM. */
export type NewLead = {
  readonly name: string;
  readonly contactId: number;
  readonly pipelineId?: number | undefined;
  readonly statusId?: number | undefined;
  readonly responsibleUserId?: number | undefined;
  readonly tags: readonly string[];
  /** The external id of a source of the integration. */
  readonly sourceId?: string | undefined;
  /** Values of the lead's own fields by their codes, such as `UTM_SOURCE`. */
  readonly fields?: Readonly<Record<string, string>>;
};

/** A part of a new lead that amoCRM may refuse. The bridge then makes the lead without it. */
export type LeadPart = "pipeline" | "responsible" | "tags" | "source" | `field ${string}`;

/** The ids of these fields, where an account has them under other codes. */
export type ContactFields = Readonly<Partial<Record<ContactFieldName, number>>>;

/** The CRM's leads. Methods may throw TransientFailure or PermanentFailure. */
export interface CrmLeads {
  /** False while no API token is set. Then callers must call no other method. */
  isAvailable(): Promise<boolean>;
  /** A contact's name and the ids of its leads, the newest first. Undefined: merged into another, or deleted. */
  contact(contactId: number): Promise<{ name: string; leadIds: readonly number[] } | undefined>;
  /** Undefined for a lead that is gone. A lead in unsorted is open. */
  lead(leadId: number): Promise<{ isOpen: boolean } | undefined>;
  /** Makes a lead, without the parts that amoCRM refuses. It calls `beforeRequest` before each request. */
  create(
    lead: NewLead,
    beforeRequest: () => Promise<void>,
  ): Promise<{ leadId: number; refused: readonly LeadPart[] }>;
  /** Adds a contact to a lead. */
  addContact(leadId: number, contactId: number): Promise<void>;
}

/** A message of a chat's history, with the fields that finding lost messages needs. */
export type HistoryMessage = {
  readonly amocrmMessageId: string;
  /** Our msgid. Undefined for a message written in amoCRM. */
  readonly msgid: string | undefined;
  readonly sentAtMillis: number;
  /** The hook that amoCRM would have sent for it, as JSON. */
  readonly hook: string;
};

/**
 * The page size. A page with fewer messages is the last one.
 * @see https://www.amocrm.ru/developers/content/chats/chat-api-reference
 */
export const historyPageSize = 50;

/** Reads a chat's history in amoCRM. May throw TransientFailure or PermanentFailure. */
export interface CrmHistory {
  /** One page, the newest message first. Empty when there are no (more) messages. */
  page(
    chat: {
      readonly amojoChatId: string;
      readonly conversationId: string;
      /** The end of amoCRM's retry after for this chat, 0 for none. For a caller that has just read it. */
      readonly pausedUntilMillis?: number;
    },
    number: number,
  ): Promise<readonly HistoryMessage[]>;
}

/** A lead or a contact. */
export type CrmEntity = { readonly type: "leads" | "contacts"; readonly id: number };

/** The CRM's tasks and notes. Methods may throw TransientFailure or PermanentFailure. */
export interface CrmTasks {
  /** False while no API token is set. Then callers must call no other method. */
  isAvailable(): Promise<boolean>;
  /** The responsible user of an entity, if it has one. Undefined when the CRM does not have the entity. */
  find(entity: CrmEntity): Promise<{ readonly responsibleUserId: number | undefined } | undefined>;
  /** Makes a task for a user. Without a user, the CRM chooses one. */
  addTask(
    entity: CrmEntity,
    task: {
      readonly text: string;
      readonly untilMillis: number;
      readonly responsibleUserId: number | undefined;
    },
  ): Promise<void>;
  addNote(entity: CrmEntity, text: string): Promise<void>;
  /** Adds tags. A tag that the entity has stays. */
  addTags(entity: CrmEntity, tags: readonly string[]): Promise<void>;
  /** True when one of the entity's newest tasks or notes has this text. */
  has(entity: CrmEntity, as: "task" | "note", text: string): Promise<boolean>;
}

/** A talk with operators, as the CRM's interface shows it. */
export type Talk = {
  readonly talkId: number;
  /** False after an operator closed it. */
  readonly isOpen: boolean;
  /** Exact to the second. For a closed talk, the earliest time at which it was surely closed. */
  readonly changedAtMillis: number;
};

/** The CRM's talks. Methods may throw TransientFailure or PermanentFailure. */
export interface CrmTalks {
  /** False while no API token is set. Then callers must call no other method. */
  isAvailable(): Promise<boolean>;
  /** The newest talk of a chat with a message since then. Undefined when the CRM knows none. */
  newest(amojoChatId: string, sinceMillis: number): Promise<Talk | undefined>;
  /** Closes a talk. Without force, the account's survey of customers may run first. A closed talk stays closed. */
  close(talkId: number, options: { readonly isForced: boolean }): Promise<void>;
}

/** The time when amoCRM last accepted anything from us. All sandboxes share it. */
export interface CrmHealth {
  /** Notes a success, at most once a minute. */
  noteSuccess(nowMillis: number): Promise<void>;
  lastSuccessAtMillis(): Promise<number | undefined>;
}
