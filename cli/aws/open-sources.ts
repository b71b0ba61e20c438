import type { Sources } from "../parked/sources.ts";
import type { Stage } from "../stage/stage.ts";
import { StageDeadLetters } from "./stage-dead-letters.ts";
import { StageDeliveries } from "./stage-deliveries.ts";
import { StageQueues } from "./stage-queues.ts";

/** The places of a stage where events wait for a person. Opening them makes no call. */
export function openSources(stage: Stage): Sources {
  return {
    stage,
    deliveries: new StageDeliveries(stage, Date.now),
    deadLetters: new StageDeadLetters(stage),
    queues: new StageQueues(stage),
  };
}
