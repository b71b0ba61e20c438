import { telegramMessagesOf } from "../model/ledger.ts";
import { isFailure } from "../model/failure.ts";
import { SecretUnavailable } from "../model/runtime.ts";
import type { Conversation } from "../model/conversation.ts";
import type { CrmHistory, HistoryMessage } from "../model/crm.ts";
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

type LookupDependencies = {
  readonly history: CrmHistory;
  readonly ledger: Pick<DeliveryStates, "stepsOf">;
  /** The id of the event that delivered the operator's message of that id. */
  readonly hookIdOf: (amocrmMessageId: string) => Promise<string>;
};

/**
 * Uses what the bridge stores already: the chat's history names the operators' messages, and the ledger names
 * the Telegram messages that they became. Answers and reactions are rare. A map of all messages would cost
 * one write per message.
 */
export function createSentMessages({
  history,
  ledger,
  hookIdOf,
}: LookupDependencies): SentMessages {
  return {
    amocrmMessageOf: (conversation, telegramMessageId) =>
      inNewestPage(history, conversation, async (page) => {
        const written = page.filter(({ msgid }) => msgid === undefined).slice(0, mostLookedAt);
        for (const { amocrmMessageId } of written) {
          const steps = await ledger.stepsOf(await hookIdOf(amocrmMessageId));
          if (telegramMessagesOf(steps).includes(telegramMessageId)) return amocrmMessageId;
        }
        return undefined;
      }),
  };
}

/**
 * Looks for something in the newest page of the chat's history; undefined before the chat is open. Callers
 * can go on without it, and a message does not wait for it, so an unreadable history is no failure.
 */
async function inNewestPage(
  history: CrmHistory,
  conversation: Conversation | undefined,
  find: (
    page: readonly HistoryMessage[],
    conversationId: string,
  ) => Promise<string | undefined> | string | undefined,
): Promise<string | undefined> {
  if (conversation?.amojoChatId === undefined) return undefined;
  const { amojoChatId, conversationId, crmPausedUntilMillis: pausedUntilMillis = 0 } = conversation;
  try {
    const page = await history.page({ amojoChatId, conversationId, pausedUntilMillis }, 0);
    return await find(page, conversationId);
  } catch (error) {
    if (isFailure(error)) return undefined;
    throw error;
  }
}

/** The Telegram message behind amoCRM's id of a message; undefined when it is not found. */
export type TelegramMessageOf = (
  amocrmMessageId: string,
  conversation: Conversation | undefined,
) => Promise<string | undefined>;

/**
 * Looks for the message in the ledger, which knows operators' messages. Then it looks among the newest
 * messages of the chat's history. There a customer's message has our msgid and amoCRM's id, and a hook may
 * name it by amoCRM's id alone.
 */
export function createTelegramMessageOf({
  ledger,
  history,
  hookIdOf,
}: LookupDependencies): TelegramMessageOf {
  return async (amocrmMessageId, conversation) => {
    const steps = await ledger.stepsOf(await hookIdOf(amocrmMessageId));
    const [sent] = telegramMessagesOf(steps);
    if (sent !== undefined) return sent;
    return inNewestPage(history, conversation, (page, conversationId) => {
      const found = page.find((message) => message.amocrmMessageId === amocrmMessageId);
      return found?.msgid === undefined ? undefined : messageNamedBy(found.msgid, conversationId);
    });
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
  { history, ledger, hookIdOf }: LookupDependencies & { readonly ledger: DeliveryStates },
): Promise<boolean> {
  const { amojoChatId, conversationId, sentAtMillis } = event;
  if (amojoChatId === undefined || conversationId === undefined) return true;
  if (sentAtMillis === undefined) return true;
  try {
    const page = await history.page({ amojoChatId, conversationId }, 0);
    for (const message of page) {
      const isLater = message.sentAtMillis > sentAtMillis && message.msgid === undefined;
      if (!isLater) continue;
      const id = await hookIdOf(message.amocrmMessageId);
      if ((await ledger.deliveryState(id)) === "ended") return true;
    }
    return false;
  } catch (error) {
    // Without the channel's secret nothing can be sent either: the event is tried again.
    if (isFailure(error) && !(error instanceof SecretUnavailable)) return true;
    throw error;
  }
}
