import type { SentMessages } from "../../lambdas/domain/sent-messages.ts";

/** Operators' messages by the Telegram messages they became. */
export function sentMessages(known: Readonly<Record<string, string>> = {}): SentMessages {
  return {
    amocrmMessageOf: async (_conversation, telegramMessageId) => known[telegramMessageId],
  };
}
