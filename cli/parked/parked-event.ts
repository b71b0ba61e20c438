import type { Direction, Envelope } from "../../lambdas/model/envelope.ts";

/** Something that waits for a person; says nothing of what is written in it. */
export type ParkedEvent = {
  readonly id: string;
  readonly where: "ledger" | "spool" | "dead-letter";
  /** Undefined when the table does not say it, which is then for another version to read. */
  readonly direction: Direction | undefined;
  readonly reason: string;
  readonly receivedAtMillis: number;
  /** How often it was sent again so far. */
  readonly redrives: number;
};

/** Oldest first: the order in which their sources sent them. */
export function inSourceOrder<Event extends { readonly event: ParkedEvent }>(
  events: readonly Event[],
): Event[] {
  return events.toSorted(
    ({ event: a }, { event: b }) =>
      a.receivedAtMillis - b.receivedAtMillis || (a.id < b.id ? -1 : 1),
  );
}

/**
 * The event as it is sent again: the sender claims a parked one for a higher number than any
 * before, and the queue takes each number once in five minutes.
 */
export function redriven(envelope: Envelope, redrives: number): Envelope & { redrive: number } {
  const redrive = Math.max(redrives, envelope.redrive ?? 0) + 1;
  return { ...envelope, late: "redriven", redrive };
}
