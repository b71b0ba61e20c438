import { withLetters } from "./judge-letters.ts";
import { inSourceOrder } from "./parked-event.ts";
import type { ParkedEvent } from "./parked-event.ts";
import type { Delivery, Sources } from "./sources.ts";

/**
 * Lists everything that waits for a person, oldest first. `hidden` counts unseen messages in
 * dead-letter queues.
 */
export async function listParked(
  sources: Pick<Sources, "deliveries" | "deadLetters">,
): Promise<{ readonly events: readonly ParkedEvent[]; readonly hidden: number }> {
  const events: { readonly event: ParkedEvent }[] = [];
  for await (const delivery of sources.deliveries.setAside("parked")) {
    events.push({ event: asParked(delivery) });
  }
  for await (const delivery of sources.deliveries.setAside("spooled")) {
    events.push({ event: asSpooled(delivery) });
  }
  const hidden = await withLetters(sources, async (reading) => {
    events.push(...reading.letters);
    return reading.hidden;
  });
  return { events: inSourceOrder(events).map(({ event }) => event), hidden };
}

/** A parked item of the ledger. */
export function asParked(delivery: Delivery): ParkedEvent {
  const { id, direction, reason, receivedAtMillis, redrives } = delivery;
  return { id, where: "ledger", direction, reason, receivedAtMillis, redrives };
}

const spoolPrefix = "spool:";

/** The key of an event in the spool. */
export function spoolKeyOf(id: string): string {
  return spoolPrefix + id;
}

/** A spooled item. Only amoCRM's hooks go to the spool. */
function asSpooled({ id, receivedAtMillis }: Delivery): ParkedEvent {
  return {
    id: id.startsWith(spoolPrefix) ? id.slice(spoolPrefix.length) : id,
    where: "spool",
    direction: "to-telegram",
    reason: "queue-refused",
    receivedAtMillis,
    redrives: 0,
  };
}
