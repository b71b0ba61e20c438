import { telegramMessagesOf } from "../model/ledger.ts";
import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { Conversation } from "../model/conversation.ts";
import type { CrmHistory } from "../model/crm.ts";
import type { DeliveryStates } from "../model/stores.ts";
import { messageNamedBy } from "../model/ids.ts";
import type { MessageReference, OperatorEvent } from "../model/message.ts";

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
  readonly ledger: Pick<DeliveryStates, "stepsOf">;
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
function historyChatOf(conversation: Conversation | undefined) {
  if (conversation?.amojoChatId === undefined) return undefined;
  const { amojoChatId, conversationId, crmPausedUntilMillis = 0 } = conversation;
  return { amojoChatId, conversationId, pausedUntilMillis: crmPausedUntilMillis };
}

/** The Telegram message behind amoCRM's id of a message; undefined for one that is not found. */
export type TelegramMessageOf = (
  amocrmMessageId: string,
  conversation: Conversation | undefined,
) => Promise<string | undefined>;

/**
 * ReconcileSchedule for it in the ledger, which knows operators' messages, then among the newest of the chat's
 * history, where a customer's has our msgid beside amoCRM's id: hooks may name it by the latter alone.
 * Whoever asks can go on without, so a history that cannot be read is no failure.
 */
export function createTelegramMessageOf(deps: {
  readonly ledger: Pick<DeliveryStates, "stepsOf">;
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

/**
 * Has a later message of the operator already gone out? Asked for late events only, so it may cost
 * a call: the chat's history knows what came later, the ledger what went out. When that cannot be
 * known the answer is yes, and the message says its time.
 */
export async function isOutOfOrder(
  event: OperatorEvent,
  deps: {
    readonly history: CrmHistory;
    readonly ledger: DeliveryStates;
    readonly hookIdOf: (amocrmMessageId: string) => string;
  },
): Promise<boolean> {
  const { amojoChatId, conversationId, sentAtMillis } = event;
  if (amojoChatId === undefined || conversationId === undefined) return true;
  if (sentAtMillis === undefined) return true;
  try {
    const page = await deps.history.page({ amojoChatId, conversationId }, 0);
    for (const message of page) {
      const isLater = message.sentAtMillis > sentAtMillis && message.msgid === undefined;
      if (!isLater) continue;
      const deliveryState = await deps.ledger.deliveryState(deps.hookIdOf(message.amocrmMessageId));
      if (deliveryState === "ended") return true;
    }
    return false;
  } catch (error) {
    if (error instanceof TransientFailure || error instanceof PermanentFailure) return true;
    throw error;
  }
}
