import type { Conversation } from "../../model/conversation.ts";
import type { ConversationStore } from "../../ports/conversation-store.ts";

/** Chat mappings in memory, for tests and simulation. */
export class MemoryConversationStore implements ConversationStore {
  readonly #conversations = new Map<string, Conversation>();

  async find(conversationId: string): Promise<Conversation | undefined> {
    return this.#conversations.get(conversationId);
  }

  async update(
    conversationId: string,
    changes: Partial<Omit<Conversation, "conversationId">>,
  ): Promise<void> {
    const known = this.#conversations.get(conversationId);
    this.#conversations.set(conversationId, { ...known, ...changes, conversationId });
  }
}
