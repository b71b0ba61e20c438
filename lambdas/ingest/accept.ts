import type { Envelope, CarriedBody } from "../model/envelope.ts";
import type { Now, EventQueue, Logger, Spool, WideReconcileRequests } from "../model/runtime.ts";
import type { Packing } from "../model/stores.ts";

const sendTimeoutMillis = 800;
const spoolTimeoutMillis = 1000;
const sends = 3;

/**
 * Makes a hook durable before the deadline, in the queue or else in the spool. amoCRM never sends a hook
 * again. Rejects only when both refused. Then the webhook can only report the failure to amoCRM.
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

/** The class of an error. It is safe to log: the message of a foreign error may carry a payload. */
function classOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

const requestTimeoutMillis = 1000;
/** A wide reconcile also sees the hooks that a webhook refused in the minute after its request. */
const againMillis = 60_000;

/**
 * Makes the function that requests a wide reconcile from the caretaker, at most once a minute, because
 * strangers can provoke it. The function never throws, and it ends by the deadline. It logs a request that
 * the store does not accept, and the next call makes the request again.
 */
export function createWideReconcileRequest({
  requests,
  now,
  logger,
}: {
  readonly requests: WideReconcileRequests;
  readonly now: Now;
  readonly logger: Logger;
}): (deadlineMillis: number) => Promise<void> {
  let askedAtMillis = Number.NEGATIVE_INFINITY;
  return async (deadlineMillis) => {
    const nowMillis = now();
    if (nowMillis - askedAtMillis < againMillis) return;
    const timeoutMillis = Math.min(requestTimeoutMillis, deadlineMillis - nowMillis);
    try {
      if (timeoutMillis <= 0) throw new RangeError("no time is left");
      await requests.ask(nowMillis, { timeoutMillis });
      askedAtMillis = nowMillis;
    } catch (error) {
      logger.error("WideReconcileNotRequested", { reason: classOf(error) });
    }
  };
}

/** A rate limit that one sandbox counts: true, and counted, for at most so many calls in any such span. */
export function createRateLimit(most: number, spanMillis: number): (nowMillis: number) => boolean {
  /** Oldest first. */
  let takenAtMillis: number[] = [];
  return (nowMillis) => {
    takenAtMillis = takenAtMillis.filter((atMillis) => nowMillis - atMillis < spanMillis);
    if (takenAtMillis.length >= most) return false;
    takenAtMillis.push(nowMillis);
    return true;
  };
}

/** Parts of the webhook's time: for the storing, and for the storing with one send and the spool after it. */
const storeMillis = 1200;
const neededMillis = 2600;

/**
 * Packs a body for an envelope within the time of a webhook. Returns undefined when it could not store a body that
 * is too large to travel. Then the webhook does not accept the event, and the log says so.
 */
export async function acceptBody(
  { id, body }: { readonly id: string; readonly body: Uint8Array },
  deadlineMillis: number,
  { packBody, bodies, now, logger }: Packing & { readonly now: Now; readonly logger: Logger },
): Promise<CarriedBody | undefined> {
  const { carried, object } = packBody(body);
  if (object === undefined) return carried;
  let reason = "too little time is left";
  if (deadlineMillis - now() >= neededMillis) {
    try {
      await bodies.put(object, { timeoutMillis: storeMillis });
      return carried;
    } catch (error) {
      reason = classOf(error);
    }
  }
  logger.error("BodyNotStored", { eventId: id, bytes: body.byteLength, reason });
  return undefined;
}
