import { telegramMessagesOf } from "../model/ledger.ts";
import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { Conversation } from "../model/conversation.ts";
import type { CrmHistory } from "../ports/crm-history.ts";
import type { EventStanding } from "../ports/event-standing.ts";

/** Operators' messages looked at, newest first; people answer what was said lately. */
const mostLookedAt = 40;

/** Which operator's message a message in Telegram is part of. */
export type SentMessages = {
  /** amoCRM's id of it; undefined for one that is not among the last, or cannot be found now. */
  amocrmMessageOf(
    conversation: Conversation | undefined,
    telegramMessageId: string,
  ): Promise<string | undefined>;
};

/**
 * Finds them where they are known already: the chat's history names the operators' messages, the
 * ledger the Telegram messages they became. Answers and reactions are few; a map of all messages
 * would cost every message a write.
 */
export function createSentMessages(deps: {
  readonly history: CrmHistory;
  readonly ledger: Pick<EventStanding, "stepsOf">;
  readonly hookIdOf: (amocrmMessageId: string) => Promise<string>;
}): SentMessages {
  const { history, ledger, hookIdOf } = deps;
  return {
    async amocrmMessageOf(conversation, telegramMessageId) {
      const chat = historyChatOf(conversation);
      if (chat === undefined) return undefined;
      try {
        const page = await history.page(chat, 0);
        const written = page.filter(({ msgid }) => msgid === undefined).slice(0, mostLookedAt);
        for (const { amocrmMessageId } of written) {
          const steps = await ledger.stepsOf(await hookIdOf(amocrmMessageId));
          if (telegramMessagesOf(steps).includes(telegramMessageId)) return amocrmMessageId;
        }
        return undefined;
      } catch (error) {
        // Then its words are quoted: nobody waits for a link.
        if (error instanceof TransientFailure || error instanceof PermanentFailure)
          return undefined;
        throw error;
      }
    },
  };
}

/** The chat in amoCRM's history, with its pause as far as the attempt knows it; undefined before it is open. */
export function historyChatOf(conversation: Conversation | undefined) {
  if (conversation?.amojoChatId === undefined) return undefined;
  const { amojoChatId, conversationId, crmPausedUntilMillis = 0 } = conversation;
  return { amojoChatId, conversationId, pausedUntilMillis: crmPausedUntilMillis };
}
