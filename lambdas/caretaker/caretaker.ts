import type { CaretakerFindings, CaretakerReports } from "../model/watching.ts";
import { SecretUnset } from "../model/runtime.ts";
import type { Now, Logger } from "../model/runtime.ts";

const minuteMillis = 60_000;

type Round = (windowHours: number) => Promise<CaretakerFindings | void>;

/** The caretaker's rounds; each is safe to repeat and to miss, and may say what it found. */
export type Rounds = {
  /** Every minute. */
  readonly drainSpool: Round;
  /**
   * Every five minutes for the chats of the last two hours, and once an hour for those of the last
   * day: a hook that was lost in a quiet chat leaves no trace of activity.
   */
  readonly reconcile: Round;
  /** Every five minutes, in a minute of its own: the look that a webhook asked for. */
  readonly wideReconcile: Round;
  /** Every five minutes, which also keeps a sandbox of each webhook warm; absent where nothing is watched. */
  readonly checkWebhooks?: Round;
  /** Every hour. */
  readonly watchWebhook?: Round;
  /** Every hour. */
  readonly watchApiToken?: Round;
  /** Every five minutes where a bot answers until an operator is called; absent elsewhere. */
  readonly closeSilent?: Round;
  /** The same, for the chats of the last two hours, and once an hour for those of the last day. */
  readonly closeEnded?: Round;
};

/** What the schedule sends; a person or a test may name the rounds instead. */
export type CaretakerEvent = {
  readonly time?: string;
  readonly rounds?: readonly (keyof Rounds)[];
};

/**
 * Runs what is due in this minute and leaves a report of it; one failing round does not keep the
 * others from running. A round whose secret nobody has set yet is skipped, and said: a bridge that is
 * being set up is no trouble of anybody's.
 */
export function createCaretaker(deps: {
  readonly rounds: Rounds;
  readonly reports: CaretakerReports;
  readonly now: Now;
  readonly logger: Logger;
}) {
  const { rounds, reports, now, logger } = deps;
  /** As far as this sandbox knows: rounds are not due in every run. */
  const troubles = new Map<string, "failed" | "skipped">();
  const inTrouble = (trouble: "failed" | "skipped") =>
    [...troubles].filter(([, each]) => each === trouble).map(([name]) => name);
  return async (event: CaretakerEvent = {}): Promise<void> => {
    // The minute the schedule meant: when it comes a moment late, no round is skipped.
    const scheduledMillis = Date.parse(event.time ?? "");
    const minute = Math.floor((scheduledMillis || now()) / minuteMillis);
    const due = event.rounds ?? dueIn(minute, rounds);
    const failed: string[] = [];
    let findings: CaretakerFindings = {};
    const attempt = async (name: string, work: () => Promise<void>) => {
      try {
        await work();
        troubles.delete(name);
      } catch (error) {
        if (error instanceof SecretUnset) {
          troubles.set(name, "skipped");
          logger.info("RoundSkipped", { round: name, reason: error.message });
          return;
        }
        failed.push(name);
        troubles.set(name, "failed");
        const reason = error instanceof Error ? error.name : "?";
        logger.error("RoundFailed", { round: name, reason });
      }
    };
    for (const round of due) {
      await attempt(round, async () => {
        const found = await rounds[round]?.(isDaily(minute, round) ? 24 : 2);
        findings = { ...findings, ...found };
      });
    }
    await attempt("report", () =>
      reports.merge({
        ...findings,
        ranAtMillis: now(),
        failedRounds: inTrouble("failed"),
        skippedRounds: inTrouble("skipped"),
      }),
    );
    logger.info("CaretakerRan", { due: due.join(" "), failed: failed.join(" ") });
    if (failed.length > 0) throw new Error(`failed: ${failed.join(", ")}`);
  };
}

function isDaily(minute: number, round: keyof Rounds): boolean {
  return minute % 60 === (round === "closeEnded" ? 54 : 32);
}

function dueIn(minute: number, rounds: Rounds): readonly (keyof Rounds)[] {
  const isHour = minute % 60 === 0;
  return [
    "drainSpool",
    ...(minute % 5 === 0 || isDaily(minute, "reconcile") ? (["reconcile"] as const) : []),
    ...(rounds.checkWebhooks && minute % 5 === 1 ? (["checkWebhooks"] as const) : []),
    ...(minute % 5 === 2 && !isDaily(minute, "reconcile") ? (["wideReconcile"] as const) : []),
    ...(rounds.watchWebhook && isHour ? (["watchWebhook"] as const) : []),
    ...(rounds.watchApiToken && isHour ? (["watchApiToken"] as const) : []),
    // In a minute of its own: the look into the histories may take most of one.
    ...(rounds.closeSilent && minute % 5 === 3 ? (["closeSilent"] as const) : []),
    ...(rounds.closeEnded && minute % 5 === 4 ? (["closeEnded"] as const) : []),
  ];
}
