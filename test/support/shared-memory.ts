import { MemoryContactMarks, MemoryPauseStore } from "./memory/stores.ts";
import { createPauses } from "../../lambdas/delivery/rate-limits.ts";

/** The memory that all sandboxes share besides conversations and ledger. */
export function sharedMemory(now: () => number) {
  return {
    contactMarks: new MemoryContactMarks(),
    pauses: createPauses(new MemoryPauseStore(), now),
  };
}
