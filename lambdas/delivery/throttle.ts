import type { Now, Sleep } from "../model/runtime.ts";
import type { CustomerMessenger } from "../model/messenger.ts";

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

/** The messenger. It takes its turn before every call that counts as a message. */
export function throttledMessenger(
  messenger: CustomerMessenger,
  throttle: Throttle,
): CustomerMessenger {
  return {
    async sendText(...call) {
      await throttle.turn();
      return messenger.sendText(...call);
    },
    async sendFile(...call) {
      await throttle.turn();
      return messenger.sendFile(...call);
    },
    async request(...call) {
      await throttle.turn();
      return messenger.request(...call);
    },
    react: (...call) => messenger.react(...call),
    sendTyping: (...call) => messenger.sendTyping(...call),
  };
}
