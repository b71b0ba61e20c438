import { withLimitSign } from "../model/conversation.ts";
import type { Conversation, PauseName, LimitSign } from "../model/conversation.ts";
import type { Now } from "../model/runtime.ts";
import type { PauseStore, ConversationStore } from "../model/stores.ts";
import { TransientFailure, PermanentFailure } from "../model/failure.ts";
import type { CustomerFiles } from "../model/messenger.ts";
import type { CrmHistory } from "../model/crm.ts";

const cacheMillis = 1000;
const saves = 5;

/** Stops calls to a vendor that asked for a pause or does not answer. */
export type Pauses = {
  /** The end of the pause. No call may go there before it. The value is at most one second old. */
  untilMillis(name: PauseName): Promise<number>;
  /** Counts a sign of a rate limit. Enough signs pause the vendor for every sandbox. */
  record(name: PauseName, limitSign: LimitSign, retryAfterMillis: number): Promise<void>;
};

export function createPauses(store: PauseStore, now: Now): Pauses {
  const known = new Map<PauseName, { untilMillis: number; readAtMillis: number }>();
  return {
    async untilMillis(name) {
      const cached = known.get(name);
      if (cached !== undefined && now() - cached.readAtMillis < cacheMillis) {
        return cached.untilMillis;
      }
      const { pause } = await store.load(name);
      known.set(name, { untilMillis: pause.untilMillis, readAtMillis: now() });
      return pause.untilMillis;
    },
    async record(name, limitSign, retryAfterMillis) {
      for (let save = 0; save < saves; save += 1) {
        const { pause, version } = await store.load(name);
        const recorded = withLimitSign(pause, limitSign, retryAfterMillis);
        if (await store.save({ pause: recorded, version })) {
          known.set(name, { untilMillis: recorded.untilMillis, readAtMillis: now() });
          return;
        }
      }
    },
  };
}

/** Throws TransientFailure while a vendor's pause lasts. No call may go out before the pause ends. */
export function throwIfPaused(
  pausedUntilMillis: number | undefined,
  nowMillis: number,
  what = "the chat",
): void {
  if (pausedUntilMillis === undefined || pausedUntilMillis <= nowMillis) return;
  const retryAfterSeconds = Math.ceil((pausedUntilMillis - nowMillis) / 1000);
  throw new TransientFailure(`${what} is to be left alone`, { retryAfterSeconds });
}

/** Remembers amoCRM's retry after for one call of a chat. Every repeat of the call must wait for it too. */
export async function noteCrmPause(
  conversationId: string,
  error: unknown,
  {
    conversations,
    now,
  }: { readonly conversations: Pick<ConversationStore, "update">; readonly now: Now },
): Promise<void> {
  if (!(error instanceof TransientFailure) || !error.isLimit) return;
  const crmPausedUntilMillis = now() + (error.retryAfterSeconds ?? 0) * 1000;
  await conversations.update(conversationId, { crmPausedUntilMillis });
}

/**
 * What a failure of a call to Telegram says about its chat: that the customer cannot be reached, or until
 * when the chat is paused. Undefined when it says nothing about the chat.
 */
export function chatNewsOf(
  error: unknown,
  nowMillis: number,
): Pick<Conversation, "reachability" | "reachabilityAtMillis" | "pausedUntilMillis"> | undefined {
  if (error instanceof PermanentFailure) {
    const { reason } = error;
    if (reason !== "blocked" && reason !== "deactivated") return undefined;
    return { reachability: reason, reachabilityAtMillis: nowMillis };
  }
  if (error instanceof TransientFailure && error.isLimit) {
    return { pausedUntilMillis: nowMillis + (error.retryAfterSeconds ?? 0) * 1000 };
  }
  return undefined;
}

/**
 * The customers' files, which the direction to amoCRM fetches from Telegram. A fetch waits while the bot or
 * its files are paused. A rate limit that a fetch meets is not a rate limit of amoCRM.
 */
export function rateLimitedFiles(
  files: CustomerFiles,
  { pauses, now }: { readonly pauses: Pauses; readonly now: Now },
): CustomerFiles {
  const limited = async <Result>(group: string, call: () => Promise<Result>): Promise<Result> => {
    throwIfPaused(await pauses.untilMillis("to-telegram"), now());
    throwIfPaused(await pauses.untilMillis("telegram-files"), now());
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof TransientFailure) || !error.isLimit) throw error;
      const { message, retryAfterSeconds = 0, source } = error;
      const limitSign = { kind: "limit", atMillis: now(), group } as const;
      await pauses.record("telegram-files", limitSign, retryAfterSeconds * 1000);
      throw new TransientFailure(message, { retryAfterSeconds, source, cause: error });
    }
  };
  return {
    open: (fileId, withinMillis) => limited(fileId, () => files.open(fileId, withinMillis)),
    profilePhoto: (chatId) => limited(chatId, () => files.profilePhoto(chatId)),
  };
}

/**
 * The histories. They make no call while amoCRM's pause of the chat lasts. Every sandbox knows that pause.
 */
export function rateLimitedHistory(
  history: CrmHistory,
  deps: { readonly conversations: ConversationStore; readonly now: Now },
): CrmHistory {
  const { conversations, now } = deps;
  return {
    async page(chat, number) {
      const { conversationId, pausedUntilMillis } = chat;
      const readPause = async () =>
        (await conversations.find(conversationId))?.crmPausedUntilMillis;
      throwIfPaused(pausedUntilMillis ?? (await readPause()), now());
      try {
        return await history.page(chat, number);
      } catch (error) {
        await noteCrmPause(conversationId, error, deps);
        throw error;
      }
    },
  };
}

/**
 * Does work by calls of amoCRM's main API, unless its pause lasts. A rate limit pauses it for all. A failure
 * that a retry may cure becomes a new one: it says nothing about the Chats API.
 */
export async function withinMainApiLimits<Result>(
  group: string,
  work: () => Promise<Result>,
  { pauses, now }: { readonly pauses: Pauses; readonly now: Now },
): Promise<Result> {
  try {
    throwIfPaused(await pauses.untilMillis("main-api"), now(), "the main API");
    return await work();
  } catch (error) {
    if (!(error instanceof TransientFailure)) throw error;
    const { message, isLimit, retryAfterSeconds, needsPerson, source } = error;
    if (isLimit) {
      const limitSign = { kind: "limit", atMillis: now(), group } as const;
      await pauses.record("main-api", limitSign, (retryAfterSeconds ?? 0) * 1000);
    }
    throw new TransientFailure(message, { retryAfterSeconds, needsPerson, source, cause: error });
  }
}
