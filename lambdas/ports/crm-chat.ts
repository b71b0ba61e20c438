import type { Customer, MessageContent } from "../model/message.ts";
import type { DeliveryStatus } from "../model/delivery-status.ts";

/** A message on its way into an amoCRM chat. */
export type CrmMessage = {
  readonly conversationId: string;
  readonly msgid: string;
  readonly customer: Customer;
  /** Who speaks: the customer, or our bot to the customer. */
  readonly from: "customer" | "bot";
  readonly sentAtMillis: number;
  /** True: no lead and no notification come of it. */
  readonly silent: boolean;
  readonly content: MessageContent;
};

/** The chats of the CRM. Every method may throw TransientFailure or PermanentFailure. */
export interface CrmChat {
  /** Makes the chat, or answers the ids of the one that exists; makes no contact and no lead. */
  openChat(
    conversationId: string,
    customer: Customer,
  ): Promise<{ amojoChatId: string; amojoUserId: string | undefined }>;
  /** Answers amoCRM's id of the message. A repeat with the same msgid never makes a second one. */
  sendMessage(message: CrmMessage): Promise<string>;
  editMessage(message: CrmMessage): Promise<void>;
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
