import type { Direction } from "../model/envelope.ts";
import type { TransientFailure } from "../model/failure.ts";

const minuteSeconds = 60;
const dayMillis = 86_400_000;
const giveUpAfterMillis: Readonly<Record<Direction, number>> = {
  // A Telegram message that is a day late does not help. The operator gets the failure, and the chat goes on.
  "to-telegram": dayMillis,
  // A repeat toward amoCRM is harmless, so only the queue's own 14 days limit it.
  "to-amocrm": 10 * dayMillis,
};
/** The queues allow 1000 receives. The sender parks before that, so the reason stays with the message. */
const parkAtReceive = 900;
/** From this receive on, the retries spread the receives that are left over the time that is left. */
const spreadFromReceive = 450;

/** A failure with a time limit (`mostMillis`) gets at least this many retries in that time. */
const askedWithin = 10;

/** The state of an event when an attempt has failed. */
export type EventAge = {
  readonly direction: Direction;
  /** Counted failures, without this one. */
  readonly attempts: number;
  readonly acceptedAtMillis: number;
  readonly nowMillis: number;
  readonly receiveCount: number;
  /** In [0, 1). */
  readonly random: number;
};

/** The decision after a transient failure. */
export type RetryDecision =
  | { readonly kind: "retry"; readonly afterSeconds: number; readonly attempts: number }
  | { readonly kind: "give-up" };

/**
 * Obeys a vendor's retry after, and counts no attempt for it. Without one, the wait grows with full jitter:
 * up to 5 minutes on the first day and 30 minutes after it. For a failure with a time limit (`mostMillis`),
 * the wait is at most a tenth of that limit. Gives up an event that is too old or has too many receives.
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
    // The queue does not keep the event for a wait far beyond its last retry, so the sender gives up now.
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

/** The least wait, in seconds. Without it, the queue's limit of receives could end an event too early. */
export function leastWaitSeconds(
  state: Pick<EventAge, "direction" | "acceptedAtMillis" | "nowMillis" | "receiveCount">,
): number {
  const { direction, acceptedAtMillis, nowMillis, receiveCount } = state;
  if (receiveCount < spreadFromReceive) return 1;
  const leftMillis = acceptedAtMillis + giveUpAfterMillis[direction] - nowMillis;
  const leftReceives = Math.max(1, parkAtReceive - receiveCount);
  return Math.max(1, Math.ceil(leftMillis / 1000 / leftReceives));
}
