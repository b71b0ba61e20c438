import { countSetAside } from "../parked/parked.ts";
import { laptop } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import { countUnreachable } from "./count-unreachable.ts";
import { readAnswerTimes, readAvailability } from "./metrics.ts";
import type { Availability } from "./metrics.ts";
import { openDeliveries } from "./open-sources.ts";
import { readQueues } from "./read-queues.ts";
import { readCaretakerReport, readFailedAttempts } from "./read-reports.ts";

/** The state of a bridge at one moment. */
export type BridgeStatus = Awaited<ReturnType<typeof readStatus>>;

/** Reads the state, and reports the progress of work that may take long. */
export async function readStatus(stage: Stage, onProgress: (text: string) => void) {
  const atMillis = Date.now();
  const [availability, queues, failedAttempts, setAside, customers, caretaker, answers] =
    await Promise.all([
      stage.name === laptop ? ("no-metrics" as const) : readAvailability(stage, atMillis),
      readQueues(stage, atMillis),
      readFailedAttempts(stage),
      countSetAside(openDeliveries(stage), (count) =>
        onProgress(`counted ${count} parked and spooled messages`),
      ),
      countUnreachable(stage, (scanned) => onProgress(`counted ${scanned} chats`)),
      readCaretakerReport(stage),
      readAnswerTimes(stage, atMillis),
    ]);
  return {
    atMillis,
    availability,
    queues,
    failedAttempts,
    setAside,
    customers,
    caretaker,
    answers,
  };
}

/** The accepted requests, rounded down, so that 100 means that no request failed. */
export function percentOf({ counted, failed }: Availability): number | undefined {
  if (counted === 0) return undefined;
  return Math.floor(100_000 * (1 - failed / counted)) / 1000;
}
