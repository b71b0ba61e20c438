import type { Now } from "../ports/clock.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { CrmHistory } from "../ports/crm-history.ts";
import { noteCrmPause, respectPause } from "./chat-pause.ts";

/** Histories, leaving a chat's alone for as long as amoCRM asked; known to every sandbox. */
export function patientHistory(
  history: CrmHistory,
  deps: { readonly conversations: ConversationStore; readonly now: Now },
): CrmHistory {
  const { conversations, now } = deps;
  return {
    async page(chat, number) {
      const { conversationId, pausedUntilMillis } = chat;
      const readPause = async () =>
        (await conversations.find(conversationId))?.crmPausedUntilMillis;
      respectPause(pausedUntilMillis ?? (await readPause()), now());
      try {
        return await history.page(chat, number);
      } catch (error) {
        await noteCrmPause(conversationId, error, deps);
        throw error;
      }
    },
  };
}
