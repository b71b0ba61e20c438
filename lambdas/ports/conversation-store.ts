import type { Conversation } from "../model/conversation.ts";

/** The chat mappings. */
export interface ConversationStore {
  /** As it is now; or as it was a moment ago where that does, for half the price. */
  find(
    conversationId: string,
    options?: { readonly mayBeOld?: boolean },
  ): Promise<Conversation | undefined>;
  /** Sets the given fields and leaves the others; makes the conversation if there is none. */
  update(
    conversationId: string,
    changes: Partial<Omit<Conversation, "conversationId">>,
  ): Promise<void>;
}
