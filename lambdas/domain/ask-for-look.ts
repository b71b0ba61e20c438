import type { Now } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { WideLookRequests } from "../ports/wide-look-requests.ts";

const timeoutMillis = 1000;
/** A look sees what was refused in the minute after its request, too. */
const againMillis = 60_000;

/**
 * Asks the caretaker for a wide look, at most once a minute, because strangers can provoke it. Never
 * throws, and ends by the deadline: a request that is not taken is logged and made with the next call.
 */
export function createLookAsker(deps: {
  readonly requests: WideLookRequests;
  readonly now: Now;
  readonly logger: Logger;
}): (deadlineMillis: number) => Promise<void> {
  const { requests, now, logger } = deps;
  let askedAtMillis = Number.NEGATIVE_INFINITY;
  return async (deadlineMillis) => {
    const nowMillis = now();
    if (nowMillis - askedAtMillis < againMillis) return;
    const leftMillis = Math.min(timeoutMillis, deadlineMillis - nowMillis);
    try {
      if (leftMillis <= 0) throw new RangeError("no time is left");
      await requests.ask(nowMillis, { timeoutMillis: leftMillis });
      askedAtMillis = nowMillis;
    } catch (error) {
      const reason = error instanceof Error ? error.name : typeof error;
      logger.error("WideLookNotAsked", { reason });
    }
  };
}
