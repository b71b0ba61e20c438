import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import { messageNamedBy } from "../model/ids.ts";
import { telegramMessagesOf } from "../model/ledger.ts";
import type { MessageReference } from "../model/message.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { CrmHistory } from "../ports/crm-history.ts";
import type { EventStanding } from "../ports/event-standing.ts";

/** The Telegram message behind amoCRM's id of a message; undefined for one that is not found. */
export type TelegramMessageOf = (
  amocrmMessageId: string,
  conversationId: string,
) => Promise<string | undefined>;

/**
 * Looks for it in the ledger, which knows operators' messages, then among the newest of the chat's
 * history, where a customer's has our msgid beside amoCRM's id: hooks may name it by the latter alone.
 * Whoever asks can go on without, so a history that cannot be read is no failure.
 */
export function createTelegramMessageOf(deps: {
  readonly ledger: Pick<EventStanding, "stepsOf">;
  readonly history: CrmHistory;
  readonly conversations: ConversationStore;
  /** The event that delivered the operator's message of that id. */
  readonly hookIdOf: (amocrmMessageId: string) => Promise<string>;
}): TelegramMessageOf {
  const { ledger, history, conversations, hookIdOf } = deps;

  const inHistory = async (amocrmMessageId: string, conversationId: string) => {
    const { amojoChatId } = (await conversations.find(conversationId)) ?? {};
    if (amojoChatId === undefined) return undefined;
    try {
      const page = await history.page({ amojoChatId, conversationId }, 0);
      const found = page.find((message) => message.amocrmMessageId === amocrmMessageId);
      return found?.msgid === undefined ? undefined : messageNamedBy(found.msgid, conversationId);
    } catch (error) {
      if (error instanceof TransientFailure || error instanceof PermanentFailure) return undefined;
      throw error;
    }
  };

  return async (amocrmMessageId, conversationId) => {
    const steps = await ledger.stepsOf(await hookIdOf(amocrmMessageId));
    return telegramMessagesOf(steps)[0] ?? inHistory(amocrmMessageId, conversationId);
  };
}

/** The Telegram message behind a reference of amoCRM's; undefined for one that is not known. */
export async function findInTelegram(
  { msgid, amocrmMessageId }: MessageReference,
  conversationId: string,
  { telegramMessageOf }: { readonly telegramMessageOf: TelegramMessageOf },
): Promise<string | undefined> {
  const own = msgid === undefined ? undefined : messageNamedBy(msgid, conversationId);
  if (own !== undefined || amocrmMessageId === undefined) return own;
  return telegramMessageOf(amocrmMessageId, conversationId);
}
