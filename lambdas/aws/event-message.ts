import type { Envelope } from "../model/envelope.ts";

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
