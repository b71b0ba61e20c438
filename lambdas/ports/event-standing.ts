import type { LedgerEntry, StepRecord } from "../model/ledger.ts";

/** What the ledger tells those who do not hold an event. */
export interface EventStanding {
  /** Undefined: never heard of. `found`: its hook was missing, and its event was enqueued. */
  standing(id: string): Promise<"under-way" | "ended" | "found" | undefined>;
  /** The state of an event, where there is one. */
  stateOf(id: string): Promise<LedgerEntry["state"] | undefined>;
  /** The steps that are done; none of an event that is not known. */
  stepsOf(id: string): Promise<readonly StepRecord[]>;
  rememberFound(id: string, nowMillis: number): Promise<void>;
}
