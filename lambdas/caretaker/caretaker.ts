import type { CaretakerFindings, CaretakerReports } from "../model/caretaker-report.ts";
import { SecretUnset } from "../model/runtime.ts";
import type { Now, Logger } from "../model/runtime.ts";

const minuteMillis = 60_000;

/** The minute of the hour in which the reconcile takes the chats of the last day. */
const dailyReconcile = 32;

/** In which minutes each round is due. Rounds that may take most of a minute have a minute of their own. */
const schedule = {
  drainSpool: () => true,
  findUnanswered: () => true,
  /**
   * Every five minutes for the chats of the last two hours, and once an hour for those of the last
   * day: a lost hook in a quiet chat leaves no trace of activity.
   */
  reconcile: (minute) => minute % 5 === 0 || minute % 60 === dailyReconcile,
  /** This also keeps a sandbox of each webhook warm. */
  checkWebhooks: (minute) => minute % 5 === 1,
  watchHosts: (minute) => minute % 60 === 31,
  /** The wide reconcile that a webhook asked for. */
  wideReconcile: (minute) => minute % 5 === 2 && minute % 60 !== dailyReconcile,
  watchWebhook: (minute) => minute % 60 === 0,
  watchApiToken: (minute) => minute % 60 === 0,
  closeSilent: (minute) => minute % 5 === 3,
  /** For the chats of the last two hours, and once an hour for those of the last day. */
  closeEnded: (minute) => minute % 5 === 4,
} satisfies Record<string, (minute: number) => boolean>;
const dailyMinutes: { readonly [Name in RoundName]?: number } = {
  reconcile: dailyReconcile,
  closeEnded: 54,
};
type RoundName = keyof typeof schedule;
const roundNames = Object.keys(schedule) as RoundName[];

/** The rounds of a bridge. Each is safe to repeat and to miss, and may return findings. */
export type Rounds = {
  readonly [Name in RoundName]?: (windowHours: number) => Promise<CaretakerFindings | void>;
};

/** The event from the schedule. A person or a test may name the rounds instead. */
export type CaretakerEvent = {
  readonly time?: string;
  readonly rounds?: readonly RoundName[];
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
    const isDue = (name: RoundName) => rounds[name] !== undefined && schedule[name](minute);
    const due = event.rounds ?? roundNames.filter(isDue);
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
        const found = await rounds[round]?.(dailyMinutes[round] === minute % 60 ? 24 : 2);
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
