import type { Now } from "../model/runtime.ts";
import { isFailure, TransientFailure } from "../model/failure.ts";
import type { PermanentFailure } from "../model/failure.ts";
import { throwIfPaused } from "../delivery/rate-limits.ts";
import type { Pauses } from "../delivery/rate-limits.ts";

/** All calls of the main API share one pause. */
export type MainApiLimits = { readonly pauses: Pauses; readonly now: Now };

/**
 * Makes calls of the main API, unless it is paused. Records its rate limit for all senders. It throws a new
 * failure for each failure of a call: a rate limit or a lost answer of the main API says nothing about the
 * Chats API.
 */
export async function callMainApi<Result>(
  conversationId: string,
  work: () => Promise<Result>,
  { pauses, now }: MainApiLimits,
): Promise<Result> {
  throwIfPaused(await pauses.untilMillis("main-api"), now(), "the main API");
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TransientFailure)) throw error;
    if (error.isLimit) {
      const limitSign = { kind: "limit", atMillis: now(), group: conversationId } as const;
      await pauses.record("main-api", limitSign, (error.retryAfterSeconds ?? 0) * 1000);
    }
    const { message, retryAfterSeconds, needsPerson, source } = error;
    throw new TransientFailure(message, { retryAfterSeconds, needsPerson, source, cause: error });
  }
}

/** How long a main API that fails may hold a customer's message. */
const patienceMillis = 5 * 60_000;

/** What the bridge remembers of the main API's failures for a message, and what it does without it. */
export type Patience = {
  /** Since when the main API has failed; undefined when it has not. */
  readonly troubleSinceMillis: number | undefined;
  readonly noteTrouble: (sinceMillis: number) => Promise<void>;
  /** The main API refused, or has failed for five minutes. The message goes on without it. */
  readonly giveUp: (error: TransientFailure | PermanentFailure) => Promise<void>;
};

/** Lets the main API do the work, with a timeout of five minutes. It throws failures that deserve a retry. */
export async function withPatience(
  conversationId: string,
  work: () => Promise<void>,
  { troubleSinceMillis, noteTrouble, giveUp }: Patience,
  limits: MainApiLimits,
): Promise<void> {
  const { now } = limits;
  try {
    await callMainApi(conversationId, work, limits);
  } catch (error) {
    if (!isFailure(error)) throw error;
    const sinceMillis = troubleSinceMillis ?? now();
    const leftMillis = sinceMillis + patienceMillis - now();
    if (!(error instanceof TransientFailure) || leftMillis <= 0) return giveUp(error);
    if (troubleSinceMillis === undefined) await noteTrouble(sinceMillis);
    const { message, retryAfterSeconds, needsPerson, source } = error;
    // The message goes on after the timeout, however long the main API asks us to wait.
    const wait =
      retryAfterSeconds === undefined
        ? {}
        : {
            retryAfterSeconds: Math.max(
              1,
              Math.min(retryAfterSeconds, Math.ceil(leftMillis / 1000)),
            ),
          };
    throw new TransientFailure(message, { needsPerson, source, cause: error, ...wait });
  }
}
