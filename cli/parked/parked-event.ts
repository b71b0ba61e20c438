import type { Direction, Envelope } from "../../lambdas/model/envelope.ts";

/** An event that waits for a person, without its content. */
export type ParkedEvent = {
  readonly id: string;
  readonly where: "ledger" | "spool" | "dead-letter";
  /** Undefined when the table does not name it: then only another version can read the event. */
  readonly direction: Direction | undefined;
  readonly reason: string;
  readonly receivedAtMillis: number;
  /** The number of redrives so far. */
  readonly redrives: number;
};

/** Sorts oldest first: the order in which the sources sent the events. */
export function inSourceOrder<Event extends { readonly event: ParkedEvent }>(
  events: readonly Event[],
): Event[] {
  return events.toSorted(
    ({ event: a }, { event: b }) =>
      a.receivedAtMillis - b.receivedAtMillis || (a.id < b.id ? -1 : 1),
  );
}

/**
 * The event for a redrive, with the next number. The sender claims a parked event only for a higher
 * number than before, and the queue accepts each number once in five minutes.
 */
export function redriven(envelope: Envelope, redrives: number): Envelope & { redrive: number } {
  const redrive = Math.max(redrives, envelope.redrive ?? 0) + 1;
  return { ...envelope, late: "redriven", redrive };
}
