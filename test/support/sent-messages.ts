import type { SentMessages } from "../../lambdas/conversation/message-lookup.ts";

/** Operators' messages by their Telegram messages. */
export function sentMessages(known: Readonly<Record<string, string>> = {}): SentMessages {
  return {
    amocrmMessageOf: async (_conversation, telegramMessageId) => known[telegramMessageId],
  };
}
