import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import { messageNamedBy } from "../model/ids.ts";
import { telegramMessagesOf } from "../model/ledger.ts";
import type { MessageReference } from "../model/message.ts";
import type { Conversation } from "../model/conversation.ts";
import type { CrmHistory } from "../ports/crm-history.ts";
import type { EventStanding } from "../ports/event-standing.ts";
import { historyChatOf } from "./sent-messages.ts";

/** The Telegram message behind amoCRM's id of a message; undefined for one that is not found. */
export type TelegramMessageOf = (
  amocrmMessageId: string,
  conversation: Conversation | undefined,
) => Promise<string | undefined>;

/**
 * Looks for it in the ledger, which knows operators' messages, then among the newest of the chat's
 * history, where a customer's has our msgid beside amoCRM's id: hooks may name it by the latter alone.
 * Whoever asks can go on without, so a history that cannot be read is no failure.
 */
export function createTelegramMessageOf(deps: {
  readonly ledger: Pick<EventStanding, "stepsOf">;
  readonly history: CrmHistory;
  /** The event that delivered the operator's message of that id. */
  readonly hookIdOf: (amocrmMessageId: string) => Promise<string>;
}): TelegramMessageOf {
  const { ledger, history, hookIdOf } = deps;

  const inHistory = async (amocrmMessageId: string, conversation: Conversation | undefined) => {
    const chat = historyChatOf(conversation);
    if (chat === undefined) return undefined;
    try {
      const page = await history.page(chat, 0);
      const found = page.find((message) => message.amocrmMessageId === amocrmMessageId);
      return found?.msgid === undefined
        ? undefined
        : messageNamedBy(found.msgid, chat.conversationId);
    } catch (error) {
      if (error instanceof TransientFailure || error instanceof PermanentFailure) return undefined;
      throw error;
    }
  };

  return async (amocrmMessageId, conversation) => {
    const steps = await ledger.stepsOf(await hookIdOf(amocrmMessageId));
    return telegramMessagesOf(steps)[0] ?? inHistory(amocrmMessageId, conversation);
  };
}

/** The Telegram message behind a reference of amoCRM's; undefined for one that is not known. */
export async function findInTelegram(
  { msgid, amocrmMessageId }: MessageReference,
  conversationId: string,
  conversation: Conversation | undefined,
  telegramMessageOf: TelegramMessageOf,
): Promise<string | undefined> {
  const own = msgid === undefined ? undefined : messageNamedBy(msgid, conversationId);
  if (own !== undefined || amocrmMessageId === undefined) return own;
  return telegramMessageOf(amocrmMessageId, conversation);
}
