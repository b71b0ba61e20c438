import type { MediaKind } from "../model/content.ts";
import type { DeliveryStatus } from "../model/delivery-status.ts";
import type { Customer, MessageReference } from "../model/message.ts";

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
  /** Looks for our message in the chat's history, back to the given time; answers amoCRM's id. */
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
