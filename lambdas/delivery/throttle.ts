import type { Now, Sleep } from "../model/runtime.ts";
import type { CustomerMessenger } from "../model/messenger.ts";

/**
 * One less than a bot may send in a second, to all chats together: what is sent evenly does not
 * arrive evenly.
 * @see https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
 */
const botPerSecond = 29;
/** Longer than this nobody waits for others: it is what one chat alone may ask for. */
const longestMillis = 1000;

/** An event that waited for longer had none of the slots free: there is more than they take. */
const behindMillis = 250;

/**
 * Keeps a bot under its limit without anybody counting: as many messages as there are slots are on
 * their way at once, and where events wait, each slot leaves the others their share of a second for
 * every message. What waits is the slot after its message, not the message before it is sent.
 */
export type Throttle = {
  /** The slot sends something now; only what it sent for the same event keeps it waiting. */
  turn(): Promise<void>;
  /** Settles when the slot may take the next event, after one that waited for so long. */
  end(waitedMillis: number): Promise<void>;
};

/** The pace of one of `slots` that send side by side. */
export function createThrottle(
  slots: number,
  { now, sleep }: { now: Now; sleep: Sleep },
): Throttle {
  const gapMillis = Math.min(longestMillis, Math.ceil((1000 * slots) / botPerSecond));
  let freeAtMillis = 0;
  const rest = async () => {
    // A clock that was set back must not hold the slot for longer than it would have waited.
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

/** The messenger, taking its turn before everything that counts as a message. */
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
