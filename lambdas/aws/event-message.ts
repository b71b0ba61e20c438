import type { Envelope } from "../model/envelope.ts";

/** How long a queue may take where nothing shorter is asked for. */
export const sendTimeoutMillis = 3000;

/**
 * An event as a FIFO queue takes it: its group keeps order, its id is the de-duplication id. One that is
 * moved has another, which is the same for every repeat of the move.
 */
export function messageOf(envelope: Envelope, queueUrl: string, isMoved = false) {
  return {
    QueueUrl: queueUrl,
    MessageBody: JSON.stringify(envelope),
    MessageGroupId: envelope.group,
    MessageDeduplicationId: isMoved ? `${envelope.id}#moved` : envelope.id,
  };
}
