/**
 * Requests for a wide look: an operator's message may have been refused, so the histories of all
 * chats of the last day are to be compared with the ledger.
 */
export interface WideLookRequests {
  /** Leaves the request; the latest one stands for all before it. */
  ask(askedAtMillis: number, options: { timeoutMillis: number }): Promise<void>;
}

/** The caretaker's side of the requests. */
export interface WideLookReader {
  /** When the latest request was made; undefined when there is none. */
  latest(): Promise<number | undefined>;
  /** Removes it, unless a later one than that has been made meanwhile. */
  remove(untilMillis: number): Promise<void>;
}
