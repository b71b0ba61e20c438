import type { Envelope } from "../model/envelope.ts";

/** Keeps what the queue would not take, until the caretaker drains it. */
export interface Spool {
  put(envelope: Envelope, options: { timeoutMillis: number }): Promise<void>;
}
