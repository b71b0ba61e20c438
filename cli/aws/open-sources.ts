import type { Sources } from "../parked/sources.ts";
import type { Stage } from "../stage/stage.ts";
import { StageDeadLetters } from "./stage-dead-letters.ts";
import { StageDeliveries } from "./stage-deliveries.ts";
import { StageQueues } from "./stage-queues.ts";

/** A stage's places where events wait for a person; calls nobody yet. */
export function openSources(stage: Stage): Sources {
  return {
    deliveries: new StageDeliveries(stage, Date.now),
    deadLetters: new StageDeadLetters(stage),
    queues: new StageQueues(stage),
  };
}
