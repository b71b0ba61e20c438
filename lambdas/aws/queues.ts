import { SendMessageCommand, ChangeMessageVisibilityCommand } from "@aws-sdk/client-sqs";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { EventQueue, Redelivery } from "../model/runtime.ts";
import type { Direction } from "../model/envelope.ts";
import { messageOf, sendTimeoutMillis } from "./webhook-items.ts";

/** A FIFO queue of SQS. */
export function sqsEventQueue(client: SQSClient, queueUrl: string): EventQueue {
  return {
    async put(envelope, { timeoutMillis = sendTimeoutMillis, isMoved } = {}) {
      const command = new SendMessageCommand(messageOf(envelope, queueUrl, isMoved));
      await client.send(command, { abortSignal: AbortSignal.timeout(timeoutMillis) });
    },
  };
}

/** The longest time that a message may stay hidden. The time counts from the receipt, hence the margin. */
const maxVisibilitySeconds = 43_200 - 120;

/**
 * Waits by visibility: the message keeps its place. The bridge never sends a copy to the message's own
 * queue.
 */
export function sqsRedelivery(
  client: SQSClient,
  queueUrls: Readonly<Record<Direction, string>>,
): Redelivery {
  return {
    async after(direction, receiptHandle, seconds) {
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueUrls[direction],
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: Math.min(Math.max(0, Math.ceil(seconds)), maxVisibilitySeconds),
        }),
      );
    },
  };
}
