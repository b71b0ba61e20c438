import { TransientFailure } from "../model/failure.ts";
import type { Now } from "../ports/clock.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { CrmHistory } from "../ports/crm-history.ts";
import { respectPause } from "./attentive-messenger.ts";

/** Histories, leaving a chat's alone for as long as amoCRM asked; known to every sandbox. */
export function patientHistory(
  history: CrmHistory,
  deps: { readonly conversations: ConversationStore; readonly now: Now },
): CrmHistory {
  const { conversations, now } = deps;
  return {
    async page(chat, number) {
      const known = await conversations.find(chat.conversationId);
      respectPause(known?.crmPausedUntilMillis, now());
      try {
        return await history.page(chat, number);
      } catch (error) {
        if (error instanceof TransientFailure && error.isLimit) {
          const crmPausedUntilMillis = now() + (error.retryAfterSeconds ?? 0) * 1000;
          await conversations.update(chat.conversationId, { crmPausedUntilMillis });
        }
        throw error;
      }
    },
  };
}
