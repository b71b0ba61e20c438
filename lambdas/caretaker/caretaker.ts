import type { CaretakerFindings, CaretakerReports } from "../model/caretaker-report.ts";
import { SecretUnset } from "../model/runtime.ts";
import type { Now, Logger } from "../model/runtime.ts";

const minuteMillis = 60_000;

type Round = (windowHours: number) => Promise<CaretakerFindings | void>;

/** The caretaker's rounds. Each is safe to repeat and to miss, and may return findings. */
export type Rounds = {
  /** Every minute. */
  readonly drainSpool: Round;
  /**
   * Every five minutes for the chats of the last two hours, and once an hour for those of the last
   * day: a lost hook in a quiet chat leaves no trace of activity.
   */
  readonly reconcile: Round;
  /** Every five minutes, in a separate minute: the wide reconcile that a webhook asked for. */
  readonly wideReconcile: Round;
  /** Every five minutes. This also keeps a sandbox of each webhook warm. Absent when nothing is watched. */
  readonly checkWebhooks?: Round;
  /** Every hour. */
  readonly watchWebhook?: Round;
  /** Every hour. */
  readonly watchApiToken?: Round;
  /** Every hour, in a minute whose other rounds are short. */
  readonly watchHosts?: Round;
  /** Every five minutes when a bot answers until an operator is called. Absent otherwise. */
  readonly closeSilent?: Round;
  /** The same, for the chats of the last two hours, and once an hour for those of the last day. */
  readonly closeEnded?: Round;
};

/** The event from the schedule. A person or a test may name the rounds instead. */
export type CaretakerEvent = {
  readonly time?: string;
  readonly rounds?: readonly (keyof Rounds)[];
};

/**
 * Runs the rounds that are due in this minute and leaves a report. A failing round does not stop
 * the others; the run throws in the end. It skips a round whose secret is not set yet, and reports
 * that: a bridge during its setup is not in trouble.
 */
export function createCaretaker(deps: {
  readonly rounds: Rounds;
  readonly reports: CaretakerReports;
  readonly now: Now;
  readonly logger: Logger;
}) {
  const { rounds, reports, now, logger } = deps;
  /** The troubles that this sandbox knows. It remembers them, because not every round is due in every run. */
  const troubles = new Map<string, "failed" | "skipped">();
  const inTrouble = (trouble: "failed" | "skipped") =>
    [...troubles].filter(([, each]) => each === trouble).map(([name]) => name);
  return async (event: CaretakerEvent = {}): Promise<void> => {
    // The minute that the schedule meant. A run that starts a moment late skips no round.
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
    ...(rounds.watchHosts && minute % 60 === 31 ? (["watchHosts"] as const) : []),
    ...(minute % 5 === 2 && !isDaily(minute, "reconcile") ? (["wideReconcile"] as const) : []),
    ...(rounds.watchWebhook && isHour ? (["watchWebhook"] as const) : []),
    ...(rounds.watchApiToken && isHour ? (["watchApiToken"] as const) : []),
    // In separate minutes, because reading the histories may take most of a minute.
    ...(rounds.closeSilent && minute % 5 === 3 ? (["closeSilent"] as const) : []),
    ...(rounds.closeEnded && minute % 5 === 4 ? (["closeEnded"] as const) : []),
  ];
}
