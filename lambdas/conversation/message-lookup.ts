import { telegramMessagesOf } from "../model/ledger.ts";
import { isFailure } from "../model/failure.ts";
import type { Conversation } from "../model/conversation.ts";
import type { CrmHistory } from "../model/crm.ts";
import type { DeliveryStates } from "../model/stores.ts";
import { messageNamedBy } from "../model/ids.ts";
import type { MessageReference, OperatorEvent } from "../model/message.ts";

/** How many operators' messages a search covers, the newest first. People answer recent messages. */
const mostLookedAt = 40;

/** Finds the operator's message that a message in Telegram is part of. */
export type SentMessages = {
  /** amoCRM's id of that message; undefined when it is not among the last ones, or not found now. */
  amocrmMessageOf(
    conversation: Conversation | undefined,
    telegramMessageId: string,
  ): Promise<string | undefined>;
};

/**
 * Uses what the bridge stores already: the chat's history names the operators' messages, and the ledger names
 * the Telegram messages that they became. Answers and reactions are rare. A map of all messages would cost
 * one write per message.
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
        // Without a link the bridge quotes the words. The message does not wait for a link.
        if (isFailure(error)) return undefined;
        throw error;
      }
    },
  };
}

/** The chat in amoCRM's history, with the pause that the attempt knows; undefined before the chat is open. */
function historyChatOf(conversation: Conversation | undefined) {
  if (conversation?.amojoChatId === undefined) return undefined;
  const { amojoChatId, conversationId, crmPausedUntilMillis = 0 } = conversation;
  return { amojoChatId, conversationId, pausedUntilMillis: crmPausedUntilMillis };
}

/** The Telegram message behind amoCRM's id of a message; undefined when it is not found. */
export type TelegramMessageOf = (
  amocrmMessageId: string,
  conversation: Conversation | undefined,
) => Promise<string | undefined>;

/**
 * Looks for the message in the ledger, which knows operators' messages. Then it looks among the newest
 * messages of the chat's history. There a customer's message has our msgid and amoCRM's id, and a hook may
 * name it by amoCRM's id alone. Callers can go on without an answer, so an unreadable history is no failure.
 */
export function createTelegramMessageOf(deps: {
  readonly ledger: Pick<DeliveryStates, "stepsOf">;
  readonly history: CrmHistory;
  /** The id of the event that delivered the operator's message of that id. */
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
      if (isFailure(error)) return undefined;
      throw error;
    }
  };

  return async (amocrmMessageId, conversation) => {
    const steps = await ledger.stepsOf(await hookIdOf(amocrmMessageId));
    return telegramMessagesOf(steps)[0] ?? inHistory(amocrmMessageId, conversation);
  };
}

/** The Telegram message behind a reference of amoCRM; undefined when it is not known. */
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
 * True when a later message of the operator has already gone out. The bridge asks this for late events only,
 * so it may cost a call. The chat's history knows the later messages, and the ledger knows which of them went
 * out. When the bridge cannot know the answer, it is true, and the message says its time.
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
    if (isFailure(error)) return true;
    throw error;
  }
}
