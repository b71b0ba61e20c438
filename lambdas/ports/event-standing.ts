/** What the ledger tells those who do not hold an event. */
export interface EventStanding {
  /** Undefined: never heard of. `found`: its hook was missing, and its event was enqueued. */
  standing(id: string): Promise<"under-way" | "ended" | "found" | undefined>;
  rememberFound(id: string, nowMillis: number): Promise<void>;
}
