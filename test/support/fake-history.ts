import type { CrmHistory, HistoryMessage } from "../../lambdas/model/crm.ts";

/** An operator's message in a chat's history. */
export function aHistoryMessage(
  amocrmMessageId: string,
  sentAtMillis: number,
  changes: Partial<HistoryMessage> = {},
): HistoryMessage {
  const hook = JSON.stringify({ message: { message: { id: amocrmMessageId } } });
  return { amocrmMessageId, msgid: undefined, sentAtMillis, hook, ...changes };
}

/** Histories of chats by amoCRM's chat id, in pages of fifty, newest first; or an error. */
export function aFakeHistory(
  chats: Readonly<Record<string, readonly HistoryMessage[] | Error>>,
): CrmHistory & { readonly read: string[] } {
  const read: string[] = [];
  return {
    read,
    page: async ({ amojoChatId }, number) => {
      read.push(`${amojoChatId} ${number}`);
      const messages = chats[amojoChatId] ?? [];
      if (messages instanceof Error) throw messages;
      return messages
        .toSorted((a, b) => b.sentAtMillis - a.sentAtMillis)
        .slice(number * 50, (number + 1) * 50);
    },
  };
}
