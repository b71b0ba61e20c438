import { printable, table } from "../output.ts";
import type { ParkedEvent } from "./parked-event.ts";

/** An event in the form of `--json`. */
export function factsOf({ receivedAtMillis, direction, ...event }: ParkedEvent) {
  return {
    ...event,
    id: printableId(event.id),
    direction: direction ?? null,
    reason: printable(event.reason),
    acceptedAt: new Date(receivedAtMillis).toISOString(),
  };
}

/**
 * Prints an id unchanged. SQS would not accept other texts as ids, so they may hold people's words and
 * are made safe to print.
 */
export function printableId(id: string): string {
  return /^[\x21-\x7e]{1,128}$/.test(id) ? id : printable(id);
}

/** Events as a table for a person, with its headings. */
export function rowsOf(events: readonly ParkedEvent[]): string[] {
  const rows = events.map((event) => {
    const { id, where, direction, reason, acceptedAt, redrives } = factsOf(event);
    return [id, where, direction ?? "unknown", reason, acceptedAt, String(redrives)];
  });
  return table([["id", "where", "direction", "reason", "accepted at", "redrives"], ...rows]);
}

/** The lines about hidden dead letters. Empty when there are none. */
export function hiddenLines(hidden: number): string[] {
  if (hidden === 0) return [];
  return [
    `About ${hidden} more events in the dead-letter queues are hidden behind these, or another reader holds them.`,
  ];
}
