import type { Conversation } from "../../model/conversation.ts";
import type { ConversationStore } from "../../ports/conversation-store.ts";
import type { KnownChats } from "../../ports/known-chats.ts";

/** Chat mappings in memory, for tests and simulation. */
export class MemoryConversationStore implements ConversationStore, KnownChats {
  readonly #conversations = new Map<string, Conversation>();

  async find(conversationId: string): Promise<Conversation | undefined> {
    return this.#conversations.get(conversationId);
  }

  async conversationOf(amojoChatId: string): Promise<string | undefined> {
    const all = [...this.#conversations.values()];
    return all.find((conversation) => conversation.amojoChatId === amojoChatId)?.conversationId;
  }

  async update(
    conversationId: string,
    changes: Partial<Omit<Conversation, "conversationId">>,
  ): Promise<void> {
    const known = this.#conversations.get(conversationId);
    this.#conversations.set(conversationId, { ...known, ...changes, conversationId });
  }
}
