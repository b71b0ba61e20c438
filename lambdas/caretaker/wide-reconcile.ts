import { SecretUnset } from "../model/runtime.ts";
import type { Now, Logger, WideReconcileReader } from "../model/runtime.ts";
import { createOneTimeSchedule } from "./reconcile-schedule.ts";
import type { ReconcileSchedule } from "./reconcile-schedule.ts";
import type { ReconcileReport } from "./reconcile.ts";

const minuteMillis = 60_000;
/**
 * A reconcile run leaves out messages younger than three minutes. The wide reconcile begins later
 * than that after the request. So it also sees the hooks that a webhook refused at the request and
 * in the minute after it. In that minute, a sandbox does not ask a second time.
 */
const settlingMillis = 5 * minuteMillis;
/** Strangers can provoke requests, so the caretaker begins wide reconciles no more often than this. */
const leastBetweenMillis = 15 * minuteMillis;
/** After this time, the messages of the request are older than the window, and more runs cannot find them. */
const wideReconcileMillis = 24 * 60 * minuteMillis;

/**
 * Reads the history of every chat of the last day once, when a webhook asked for that. It removes
 * the request after it reached all chats, or after a day of trying. When a run does not reach all
 * chats, the next run continues. After a crash, the wide reconcile begins again. Returns the report
 * of a run, or undefined when there was no run.
 */
export function createWideReconcile(deps: {
  readonly requests: WideReconcileReader;
  /** One reconcile run over a day, for as long as a run may take. */
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
      // Later requests do not delay the start.
      wantedSinceMillis = Math.min(wantedSinceMillis, askedAtMillis);
      if (now() - wantedSinceMillis < settlingMillis) return undefined;
      if (now() - beganAtMillis < leastBetweenMillis) return undefined;
      schedule = createOneTimeSchedule();
      beganAtMillis = now();
      logger.warn("WideReconcileStarted", { askedAtMillis });
    }
    const report = await reconcile(schedule).catch((error: unknown) => {
      if (!(error instanceof SecretUnset)) throw error;
      // The channel was disconnected meanwhile. There is no history to read, and the request waits.
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
