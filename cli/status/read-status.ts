import type { CaretakerReport } from "../../lambdas/model/caretaker-report.ts";
import type { Direction } from "../../lambdas/model/envelope.ts";
import { readAvailability } from "../aws/read-availability.ts";
import type { Availability } from "../aws/read-availability.ts";
import { readCaretakerReport } from "../aws/read-caretaker-report.ts";
import { readFailedAttempts } from "../aws/read-failed-attempts.ts";
import type { LastFailures } from "../aws/read-failed-attempts.ts";
import { readQueues } from "../aws/read-queues.ts";
import type { QueueState } from "../aws/read-queues.ts";
import { StageDeliveries } from "../aws/stage-deliveries.ts";
import { countSetAside } from "../parked/sources.ts";
import type { SetAside } from "../parked/sources.ts";
import { laptop } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import { countUnreachable } from "./count-unreachable.ts";
import type { Unreachable } from "./count-unreachable.ts";

/** The state of a bridge at one moment. */
export type BridgeStatus = {
  readonly atMillis: number;
  /** False on the laptop run, which has no CloudWatch. */
  readonly hasMetrics: boolean;
  /** Undefined where there are no metrics, or where we may not read them. */
  readonly availability: Availability | undefined;
  readonly queues: Readonly<Record<Direction, QueueState>>;
  readonly failedAttempts: LastFailures;
  readonly setAside: SetAside;
  readonly customers: Unreachable;
  /** Undefined where the caretaker has left no report yet. */
  readonly caretaker: CaretakerReport | undefined;
};

/** Reads the state, and reports the progress of work that may take long. */
export async function readStatus(
  stage: Stage,
  onProgress: (text: string) => void,
): Promise<BridgeStatus> {
  const atMillis = Date.now();
  const [availability, queues, failedAttempts, setAside, customers, caretaker] = await Promise.all([
    readAvailability(stage, atMillis),
    readQueues(stage, atMillis),
    readFailedAttempts(stage),
    countSetAside(new StageDeliveries(stage, Date.now), (count) =>
      onProgress(`counted ${count} parked and spooled messages`),
    ),
    countUnreachable(stage, (looked) => onProgress(`counted ${looked} chats`)),
    readCaretakerReport(stage),
  ]);
  return {
    atMillis,
    hasMetrics: stage.name !== laptop,
    availability,
    queues,
    failedAttempts,
    setAside,
    customers,
    caretaker,
  };
}
