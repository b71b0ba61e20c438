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
  readonly createdAtMillis?: number;
};
