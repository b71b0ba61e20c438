import { MemoryContactMarks, MemoryPauseStore } from "./memory/stores.ts";
import { createPauses } from "../../lambdas/delivery/rate-limits.ts";

/** What all sandboxes share beside conversations and ledger, in memory. */
export function sharedMemory(now: () => number) {
  return {
    contactMarks: new MemoryContactMarks(),
    pauses: createPauses(new MemoryPauseStore(), now),
  };
}
