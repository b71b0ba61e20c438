import type { Now } from "../model/runtime.ts";
import { isFailure, TransientFailure } from "../model/failure.ts";
import type { PermanentFailure } from "../model/failure.ts";
import { withinMainApiLimits } from "../delivery/rate-limits.ts";
import type { Pauses } from "../delivery/rate-limits.ts";

/** All calls of the main API share one pause. */
export type MainApiLimits = { readonly pauses: Pauses; readonly now: Now };

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
    await withinMainApiLimits(conversationId, work, limits);
  } catch (error) {
    if (!isFailure(error)) throw error;
    const sinceMillis = troubleSinceMillis ?? now();
    const leftMillis = sinceMillis + patienceMillis - now();
    if (!(error instanceof TransientFailure) || leftMillis <= 0) return giveUp(error);
    if (troubleSinceMillis === undefined) await noteTrouble(sinceMillis);
    const { message, retryAfterSeconds: asked, needsPerson, source } = error;
    // The message goes on after the timeout, however long the main API asks us to wait.
    const most = Math.max(1, Math.ceil(leftMillis / 1000));
    const retryAfterSeconds = asked === undefined ? undefined : Math.min(asked, most);
    // The wait that the bridge chooses itself must not go far beyond the five minutes either.
    const options = { needsPerson, source, cause: error, mostMillis: patienceMillis };
    throw new TransientFailure(message, { ...options, retryAfterSeconds });
  }
}
