import type { Envelope } from "../model/envelope.ts";
import type { EventQueue } from "../ports/event-queue.ts";
import type { Logger } from "../ports/logger.ts";
import type { SpoolReader } from "../ports/spool-reader.ts";

const atOnce = 100;

/**
 * Moves what the queue once refused into the queue, oldest first; removed from the spool only after
 * the queue has taken it, so that a repeat is all that a crash can cause. Stops at the first
 * refusal: the queue is still down, and the order shall hold.
 */
export async function drainSpool(deps: {
  readonly spool: SpoolReader;
  readonly queue: EventQueue;
  readonly logger: Logger;
}): Promise<number> {
  let drained = 0;
  const oldest = await deps.spool.oldest(atOnce);
  if (oldest.length > 0) deps.logger.warn("SpoolWaiting", { waiting: oldest.length });
  for (const spooled of oldest) {
    // An unverified one stays so: the sender verifies it before it acts.
    const envelope: Envelope = { ...spooled, late: "spooled" };
    await deps.queue.put(envelope);
    await deps.spool.remove(spooled.id);
    drained += 1;
  }
  if (drained > 0) deps.logger.warn("SpoolDrained", { drained });
  return drained;
}
