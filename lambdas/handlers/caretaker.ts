import type { Now } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";

const minuteMillis = 60_000;

/** The caretaker's rounds; each is safe to repeat and to miss. */
export type Rounds = {
  /** Every minute. */
  readonly drainSpool: () => Promise<unknown>;
  /**
   * Every five minutes for the chats of the last two hours, and once an hour for those of the last
   * day: a hook that was lost in a quiet chat leaves no trace of activity.
   */
  readonly reconcile: (windowHours: number) => Promise<unknown>;
  /** Every hour. */
  readonly watchWebhook: () => Promise<unknown>;
  /** Every five minutes where a bot answers until an operator is called; absent elsewhere. */
  readonly closeSilent?: () => Promise<unknown>;
};

/** What the schedule sends; a person or a test may name the rounds instead. */
export type CaretakerEvent = {
  readonly time?: string;
  readonly rounds?: readonly (keyof Rounds)[];
};

/** Runs what is due in this minute; one failing round does not keep the others from running. */
export function createCaretaker(deps: { rounds: Rounds; now: Now; logger: Logger }) {
  const { rounds, now, logger } = deps;
  return async (event: CaretakerEvent = {}): Promise<void> => {
    // The minute the schedule meant: when it comes a moment late, no round is skipped.
    const scheduledMillis = Date.parse(event.time ?? "");
    const minute = Math.floor((scheduledMillis || now()) / minuteMillis);
    const isDaily = minute % 60 === 32;
    const due: readonly (keyof Rounds)[] = event.rounds ?? [
      "drainSpool",
      ...(minute % 5 === 0 || isDaily ? (["reconcile"] as const) : []),
      ...(minute % 60 === 0 ? (["watchWebhook"] as const) : []),
      // In a minute of its own: the look into the histories may take most of one.
      ...(rounds.closeSilent && minute % 5 === 3 ? (["closeSilent"] as const) : []),
    ];
    const failed: string[] = [];
    for (const round of due) {
      try {
        await rounds[round]?.(isDaily ? 24 : 2);
      } catch (error) {
        failed.push(round);
        logger.error("RoundFailed", { round, reason: error instanceof Error ? error.name : "?" });
      }
    }
    logger.info("CaretakerRan", { due: due.join(" "), failed: failed.join(" ") });
    if (failed.length > 0) throw new Error(`failed: ${failed.join(", ")}`);
  };
}
