import type { Conversation } from "../model/conversation.ts";

/** The chat mappings. */
export interface ConversationStore {
  find(conversationId: string): Promise<Conversation | undefined>;
  /** Sets the given fields and leaves the others; makes the conversation if there is none. */
  update(
    conversationId: string,
    changes: Partial<Omit<Conversation, "conversationId">>,
  ): Promise<void>;
}
