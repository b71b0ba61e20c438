import type { Now, Sleep } from "../model/runtime.ts";
import { throwIfPaused } from "./rate-limits.ts";
import type { Pauses } from "./rate-limits.ts";

/**
 * Messages per second to all chats together: one less than Telegram allows a bot. Messages that the bridge
 * sends evenly do not arrive evenly.
 * @see https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
 */
const botPerSecond = 29;
/** A slot waits for other slots at most this long: the limit of one chat alone may ask for this wait. */
const longestMillis = 1000;

/** An event that waited longer than this found no free slot: more events come than the slots take. */
const behindMillis = 250;

/**
 * Keeps a bot under its rate limit without a shared counter. At most one message per slot is on its way. When
 * events wait, each slot leaves the other slots their share of a second for every message. The slot waits
 * after its message, so the message itself does not wait.
 */
export type Throttle = {
  /** Call this before the slot sends. It waits only for messages that the slot sent for the same event. */
  turn(): Promise<void>;
  /** Settles when the slot may take the next event. `waitedMillis`: how long the last event waited. */
  end(waitedMillis: number): Promise<void>;
};

/** The throttle of one of `slots` slots that send in parallel. */
export function createThrottle(
  slots: number,
  { now, sleep }: { now: Now; sleep: Sleep },
): Throttle {
  const gapMillis = Math.min(longestMillis, Math.ceil((1000 * slots) / botPerSecond));
  let freeAtMillis = 0;
  const rest = async () => {
    // When the clock is set back, the slot must not wait longer than the gap.
    const leftMillis = Math.min(gapMillis, freeAtMillis - now());
    if (leftMillis > 0) await sleep(leftMillis);
  };
  return {
    async turn() {
      await rest();
      freeAtMillis = now() + gapMillis;
    },
    async end(waitedMillis) {
      if (waitedMillis > behindMillis) await rest();
      freeAtMillis = 0;
    },
  };
}

/** Methods that make no message for a customer. Telegram's limit of messages does not count them. */
const withoutMessage = new Set(["sendChatAction", "getChat", "setMessageReaction"]);

/**
 * The pace of the bot's calls: the function waits until a call of this method may go out. It throws
 * TransientFailure while the whole bot is paused, for calls from either queue.
 */
export function createBotPace(deps: {
  readonly pauses: Pauses;
  readonly throttle: Pick<Throttle, "turn">;
  readonly now: Now;
}): (method: string) => Promise<void> {
  const { pauses, throttle, now } = deps;
  return async (method) => {
    throwIfPaused(await pauses.untilMillis("to-telegram"), now());
    if (!withoutMessage.has(method)) await throttle.turn();
  };
}
