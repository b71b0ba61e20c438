import type { Direction } from "../model/envelope.ts";
import type { TransientFailure } from "../model/failure.ts";

const minuteSeconds = 60;
const dayMillis = 86_400_000;
const giveUpAfterMillis: Readonly<Record<Direction, number>> = {
  // A Telegram message a day late helps nobody: tell the operator, let the chat go on.
  "to-telegram": dayMillis,
  // A repeat towards amoCRM is harmless, so only the queue's own 14 days bound it.
  "to-amocrm": 10 * dayMillis,
};
/** The queues allow 1000 receives; parking before that keeps the reason beside the message. */
const parkAtReceive = 900;
/** From here on the receives that are left are spread over the time that is left. */
const spreadFromReceive = 450;

/** Of trouble that may last for some time only, how often it is asked in that time at least. */
const askedWithin = 10;

/** Where an event stands when an attempt has failed. */
export type EventAge = {
  readonly direction: Direction;
  /** Counted failures, this one not included. */
  readonly attempts: number;
  readonly acceptedAtMillis: number;
  readonly nowMillis: number;
  readonly receiveCount: number;
  /** In [0, 1). */
  readonly random: number;
};

/** What to do after a transient failure. */
export type RetryDecision =
  | { readonly kind: "retry"; readonly afterSeconds: number; readonly attempts: number }
  | { readonly kind: "give-up" };

/**
 * A vendor's own wait is obeyed and counts no attempt; otherwise the wait grows with full jitter,
 * up to 5 minutes on the first day and 30 minutes after, and up to a tenth of the time that the trouble
 * may last. An old event is given up.
 */
export function decideRetry(failure: TransientFailure, state: EventAge): RetryDecision {
  const ageMillis = state.nowMillis - state.acceptedAtMillis;
  if (ageMillis > giveUpAfterMillis[state.direction] || state.receiveCount >= parkAtReceive) {
    return { kind: "give-up" };
  }
  const leftMillis = giveUpAfterMillis[state.direction] - ageMillis;
  const leastSeconds = leastWaitSeconds(state);
  const { retryAfterSeconds } = failure;
  if (retryAfterSeconds !== undefined) {
    // A wait far beyond the time an event is tried for outlasts the queue: say so now.
    if (retryAfterSeconds * 1000 > leftMillis + dayMillis) return { kind: "give-up" };
    const afterSeconds = Math.max(retryAfterSeconds, leastSeconds);
    return { kind: "retry", afterSeconds, attempts: state.attempts };
  }
  const capSeconds =
    failure.mostMillis === undefined
      ? (ageMillis < dayMillis ? 5 : 30) * minuteSeconds
      : failure.mostMillis / 1000 / askedWithin;
  const ceiling = Math.min(capSeconds, 2 * 2 ** Math.min(state.attempts, 20));
  return {
    kind: "retry",
    afterSeconds: Math.max(leastSeconds, Math.ceil(ceiling * state.random)),
    attempts: state.attempts + 1,
  };
}

/** The least wait that keeps the queue's count of receives from ending an event before its time. */
export function leastWaitSeconds(
  state: Pick<EventAge, "direction" | "acceptedAtMillis" | "nowMillis" | "receiveCount">,
): number {
  const { direction, acceptedAtMillis, nowMillis, receiveCount } = state;
  if (receiveCount < spreadFromReceive) return 1;
  const leftMillis = acceptedAtMillis + giveUpAfterMillis[direction] - nowMillis;
  const leftReceives = Math.max(1, parkAtReceive - receiveCount);
  return Math.max(1, Math.ceil(leftMillis / 1000 / leftReceives));
}
