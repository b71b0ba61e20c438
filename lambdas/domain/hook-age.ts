import type { Envelope } from "../model/envelope.ts";
import { ledgerDays } from "../model/ledger.ts";
import type { Late, Work } from "./delivery.ts";

/** amoCRM sends hooks at once, and to receivers that were slow somewhat later. */
const lateAfterMillis = 10 * 60_000;
const tooOldAfterMillis = ledgerDays * 86_400_000;

/** What is known of a hook beside what it says. */
export type AcceptedHook = Pick<Envelope, "id" | "redrive" | "receivedAtMillis"> & {
  readonly late?: Late | undefined;
};

/**
 * How old a hook is by its own time: `too-old` when the ledger may have forgotten that it was carried
 * out before, `late` when it came so long after it was written that its reader should know when that
 * was. One without a time, and one from the future, is in time.
 */
export function ageOfHook(
  sentAtMillis: number | undefined,
  { receivedAtMillis, late, redrive }: AcceptedHook,
  nowMillis: number,
): "in-time" | "late" | "too-old" {
  if (sentAtMillis === undefined) return "in-time";
  // Whoever redrives it has decided that it shall go, whatever its age.
  if (redrive === undefined && nowMillis - sentAtMillis > tooOldAfterMillis) return "too-old";
  // Its own wait in our queue is not counted. What the caretaker found came when it was found.
  const isLate = late !== "reconciled" && receivedAtMillis - sentAtMillis > lateAfterMillis;
  return isLate ? "late" : "in-time";
}

/** What is done about a hook that is too old. */
export const tooOld: Work = {
  kind: "park",
  reason: "too-old",
  detail: `written more than ${ledgerDays} days ago`,
};
