import { MemoryConversationStore } from "./memory/stores.ts";
import type { Conversation } from "../../lambdas/model/conversation.ts";
import type { ActiveConversations } from "../../lambdas/model/stores.ts";

/**
 * Conversations that were all active then, with a store that has them and records the reads, and some
 * that no store has, which come first.
 */
export function activeChats(
  chats: readonly Conversation[],
  activeAtMillis: number,
  unknown: readonly string[] = [],
) {
  const store = new MemoryConversationStore();
  const filled = Promise.all(
    chats.map(({ conversationId, ...known }) => store.update(conversationId, known)),
  );
  const read: string[] = [];
  const active: ActiveConversations = {
    async *since() {
      await filled;
      const ids = [...unknown, ...chats.map(({ conversationId }) => conversationId)];
      for (const conversationId of ids) yield { conversationId, activeAtMillis };
    },
  };
  const find = async (conversationId: string): Promise<Conversation | undefined> => {
    read.push(conversationId);
    return store.find(conversationId);
  };
  return { active, conversations: { find }, read };
}
