import type { Envelope } from "../model/envelope.ts";

// What the webhooks write and the other functions read or write too. The webhooks have no SDK.

/** The default timeout of a send to a queue. */
export const sendTimeoutMillis = 3000;

/**
 * An event as a message of a FIFO queue. Its group keeps the order. Its id is the de-duplication id. A
 * moved event has another de-duplication id, the same for every repeat of the move.
 */
export function messageOf(envelope: Envelope, queueUrl: string, isMoved = false) {
  return {
    QueueUrl: queueUrl,
    MessageBody: JSON.stringify(envelope),
    MessageGroupId: envelope.group,
    MessageDeduplicationId: isMoved ? `${envelope.id}#moved` : envelope.id,
  };
}

/** The key of a spooled event. The amoCRM webhook may put only keys with this prefix. */
export function spoolKeyOf(eventId: string): string {
  return `spool:${eventId}`;
}

/** The item of a spooled event in the deliveries table. It does not expire. */
export function spooled(envelope: Envelope) {
  return {
    id: spoolKeyOf(envelope.id),
    state: "spooled",
    // The sparse index of the parked events, with a key of its own.
    parkedAs: "spooled",
    receivedAtMillis: envelope.receivedAtMillis,
    message: JSON.stringify(envelope),
  };
}

/**
 * Key of the request for a wide reconcile. No event has such an id. The item has no `parkedAs`, so the
 * index of spooled events does not have it.
 */
export const wideReconcileRequestId = "spool:wide-reconcile";
