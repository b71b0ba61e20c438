import { SecretUnset } from "../model/runtime.ts";
import type { Now, Logger, WideReconcileReader } from "../model/runtime.ts";
import { createOneTimeSchedule } from "./reconcile-schedule.ts";
import type { ReconcileSchedule } from "./reconcile-schedule.ts";
import type { ReconcileReport } from "./reconcile.ts";

const minuteMillis = 60_000;
/**
 * A look leaves out what is younger than three minutes. It begins later than that after the request,
 * so that it sees what was refused then and in the minute after, for which a sandbox asks no second time.
 */
const settlingMillis = 5 * minuteMillis;
/** Requests can be provoked by strangers; the looks that they cause cannot be had more often. */
const leastBetweenMillis = 15 * minuteMillis;
/** What is older than this look's window is not found by going on. */
const wideReconcileMillis = 24 * 60 * minuteMillis;

/**
 * ReconcileSchedule once into the history of every chat of the last day when that was asked for, and takes the
 * request away only when all have been reached. A run that reaches not everybody is gone on with by
 * the next; after a crash the look begins anew. Answers the report of a run, undefined without one.
 */
export function createWideReconcile(deps: {
  readonly requests: WideReconcileReader;
  /** One run of reconcile over a day, for as long as one may take. */
  readonly reconcile: (schedule: ReconcileSchedule) => Promise<ReconcileReport>;
  readonly now: Now;
  readonly logger: Logger;
}): () => Promise<ReconcileReport | undefined> {
  const { requests, reconcile, now, logger } = deps;
  let wantedSinceMillis = Number.POSITIVE_INFINITY;
  let beganAtMillis = Number.NEGATIVE_INFINITY;
  let schedule: ReconcileSchedule | undefined;
  return async () => {
    const askedAtMillis = await requests.latest();
    if (askedAtMillis === undefined) {
      wantedSinceMillis = Number.POSITIVE_INFINITY;
      schedule = undefined;
      return undefined;
    }
    if (schedule === undefined) {
      // Requests that follow one another do not put it off.
      wantedSinceMillis = Math.min(wantedSinceMillis, askedAtMillis);
      if (now() - wantedSinceMillis < settlingMillis) return undefined;
      if (now() - beganAtMillis < leastBetweenMillis) return undefined;
      schedule = createOneTimeSchedule();
      beganAtMillis = now();
      logger.warn("WideReconcileStarted", { askedAtMillis });
    }
    const report = await reconcile(schedule).catch((error: unknown) => {
      if (!(error instanceof SecretUnset)) throw error;
      // Disconnected meanwhile: there is no history to read, and the request waits.
      logger.info("WideReconcileSkipped", { reason: error.message });
      return undefined;
    });
    if (report === undefined) return undefined;
    const isGivenUp = !report.reachedAll && now() - beganAtMillis > wideReconcileMillis;
    if (isGivenUp) logger.error("ReconcileUnfinished", { wide: true, askedAtMillis });
    if (!report.reachedAll && !isGivenUp) return report;
    await requests.remove(beganAtMillis - settlingMillis);
    wantedSinceMillis = Number.POSITIVE_INFINITY;
    schedule = undefined;
    logger.info("WideReconcileEnded", { askedAtMillis });
    return report;
  };
}
