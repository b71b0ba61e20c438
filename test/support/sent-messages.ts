import type { SentMessages } from "../../lambdas/conversation/message-lookup.ts";

/** Operators' messages by the Telegram messages they became. */
export function sentMessages(known: Readonly<Record<string, string>> = {}): SentMessages {
  return {
    amocrmMessageOf: async (_conversation, telegramMessageId) => known[telegramMessageId],
  };
}
