import type { Envelope } from "../model/envelope.ts";

/** The caretaker's side of the spool. */
export interface SpoolReader {
  /** What waits there, oldest first, at most `limit`. */
  oldest(limit: number): Promise<readonly Envelope[]>;
  remove(id: string): Promise<void>;
}
