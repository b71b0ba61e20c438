import { TransientFailure } from "../model/failure.ts";
import type { Now } from "../model/runtime.ts";
import { throwIfPaused } from "./rate-limits.ts";
import type { Pauses } from "./rate-limits.ts";

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
