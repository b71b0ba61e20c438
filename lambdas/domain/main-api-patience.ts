import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import type { Now } from "../ports/clock.ts";
import type { Pauses } from "./pauses.ts";

/** How long a main API that does not work may hold a customer's message. */
const patienceMillis = 5 * 60_000;

/** What is to be done by the main API, and what is remembered of its trouble. */
export type MainApiWork = {
  readonly conversationId: string;
  /** Since when it has been tried in vain. */
  readonly troubleSinceMillis: number | undefined;
  readonly work: () => Promise<void>;
  readonly noteTrouble: (sinceMillis: number) => Promise<void>;
  /** The main API refused, or has failed for five minutes: the message goes on without it. */
  readonly giveUp: (error: Error) => Promise<void>;
};

/**
 * Has something done by the main API, with patience: throws what is worth another attempt, and answers
 * false for what is given up. The main API is left alone while it asks for it.
 */
export async function withMainApi(
  { conversationId, troubleSinceMillis, work, noteTrouble, giveUp }: MainApiWork,
  { pauses, now }: { readonly pauses: Pauses; readonly now: Now },
): Promise<boolean> {
  try {
    const pausedMillis = (await pauses.untilMillis("main-api")) - now();
    if (pausedMillis > 0) {
      const retryAfterSeconds = Math.ceil(pausedMillis / 1000);
      throw new TransientFailure("the main API is to be left alone", { retryAfterSeconds });
    }
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof TransientFailure) && !(error instanceof PermanentFailure)) throw error;
    if (error instanceof TransientFailure && error.isLimit) {
      const strike = { kind: "limit", atMillis: now(), group: conversationId } as const;
      await pauses.strike("main-api", strike, (error.retryAfterSeconds ?? 0) * 1000);
    }
    const sinceMillis = troubleSinceMillis ?? now();
    if (error instanceof TransientFailure && now() - sinceMillis < patienceMillis) {
      if (troubleSinceMillis === undefined) await noteTrouble(sinceMillis);
      // However long the main API wants to be left alone: the message goes on when patience ends.
      const leftSeconds = Math.ceil((sinceMillis + patienceMillis - now()) / 1000);
      const { message, retryAfterSeconds, needsPerson, source } = error;
      // A failure of its own: what the main API limits or loses says nothing of the Chats API.
      throw new TransientFailure(message, {
        needsPerson,
        source,
        cause: error,
        ...(retryAfterSeconds === undefined
          ? {}
          : { retryAfterSeconds: Math.max(1, Math.min(retryAfterSeconds, leftSeconds)) }),
      });
    }
    await giveUp(error);
    return false;
  }
}
