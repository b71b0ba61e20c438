import { MemoryContactMarks } from "../../lambdas/adapters/memory/memory-contact-marks.ts";
import { MemoryPauseStore } from "../../lambdas/adapters/memory/memory-pause-store.ts";
import { createPauses } from "../../lambdas/domain/pauses.ts";

/** What all sandboxes share beside conversations and ledger, in memory. */
export function sharedMemory(now: () => number) {
  return {
    contactMarks: new MemoryContactMarks(),
    pauses: createPauses(new MemoryPauseStore(), now),
  };
}
