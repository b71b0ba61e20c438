import { bridgeEnvelope } from "../model/envelope.ts";
import type { EventQueue, Logger, Now } from "../model/runtime.ts";
import type { DueWaits } from "../model/stores.ts";

/** A round takes this many waits, the longest due first. The next round takes the next ones. */
export const waitsARound = 50;

/**
 * Requests the work for customers whom nobody has answered in time, and returns how many. It only makes
 * requests, and takes their waits off the list. Each request has a queue group of its own: it does not hold
 * the customer's messages. The sender checks the wait again.
 */
export async function findUnanswered({
  waits,
  toAmocrm,
  now,
  logger,
}: {
  readonly waits: DueWaits;
  readonly toAmocrm: EventQueue;
  readonly now: Now;
  readonly logger: Logger;
}): Promise<number> {
  const due = await waits.due(now(), waitsARound);
  for (const wait of due) {
    const { conversationId, sinceMillis } = wait;
    const request = { kind: "unanswered", conversationId, sinceMillis } as const;
    const id = `unanswered:${conversationId}:${sinceMillis}`;
    const group = `wait:${conversationId}`;
    await toAmocrm.put(bridgeEnvelope(request, { id, group, nowMillis: now() }));
    await waits.remove(wait);
  }
  if (due.length > 0) logger.info("UnansweredFound", { asked: due.length });
  return due.length;
}
