import type { Envelope } from "../model/envelope.ts";
import type { Now } from "../ports/clock.ts";
import type { EventQueue } from "../ports/event-queue.ts";
import type { Logger } from "../ports/logger.ts";
import type { Spool } from "../ports/spool.ts";

const sendTimeoutMillis = 800;
const spoolTimeoutMillis = 1000;
const sends = 3;

/**
 * Makes a hook that is never sent again durable, in the queue or else in the spool, before the
 * deadline. Rejects only when both refused: then nothing is left but to say so to amoCRM.
 */
export async function acceptHook(
  envelope: Envelope,
  deadlineMillis: number,
  { queue, spool, now, logger }: { queue: EventQueue; spool: Spool; now: Now; logger: Logger },
): Promise<"queued" | "spooled"> {
  for (let send = 1; send <= sends; send += 1) {
    const timeoutMillis = Math.min(sendTimeoutMillis, deadlineMillis - spoolTimeoutMillis - now());
    if (timeoutMillis <= 0) break;
    try {
      await queue.put(envelope, { timeoutMillis });
      return "queued";
    } catch (error) {
      logger.warn("QueueRefused", { eventId: envelope.id, send, reason: classOf(error) });
    }
  }
  await spool.put(envelope, {
    timeoutMillis: Math.max(1, Math.min(spoolTimeoutMillis, deadlineMillis - now())),
  });
  logger.error("HookSpooled", { eventId: envelope.id });
  return "spooled";
}

/** An error's class: safe to log, because messages of foreign errors may carry payloads. */
export function classOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
