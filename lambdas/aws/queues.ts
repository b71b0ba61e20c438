import { SendMessageCommand, ChangeMessageVisibilityCommand } from "@aws-sdk/client-sqs";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { EventQueue, Redelivery } from "../model/runtime.ts";
import { messageOf, sendTimeoutMillis } from "./event-message.ts";
import type { Direction } from "../model/envelope.ts";

/** A FIFO queue of SQS. */
export class SqsEventQueue implements EventQueue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  async put(...[envelope, options = {}]: Parameters<EventQueue["put"]>): Promise<void> {
    const { timeoutMillis = sendTimeoutMillis, isMoved } = options;
    const command = new SendMessageCommand(messageOf(envelope, this.#queueUrl, isMoved));
    const abortSignal = AbortSignal.timeout(timeoutMillis);
    await this.#client.send(command, { abortSignal });
  }
}

/** The longest time that a message may stay hidden. The time counts from the receipt, hence the margin. */
const maxVisibilitySeconds = 43_200 - 120;

/**
 * Waits by visibility: the message keeps its place. The bridge never sends a copy to the message's own
 * queue.
 */
export class SqsRedelivery implements Redelivery {
  readonly #client: SQSClient;
  readonly #queueUrls: Readonly<Record<Direction, string>>;

  constructor(client: SQSClient, queueUrls: Readonly<Record<Direction, string>>) {
    this.#client = client;
    this.#queueUrls = queueUrls;
  }

  async after(direction: Direction, receiptHandle: string, seconds: number): Promise<void> {
    await this.#client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: this.#queueUrls[direction],
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: Math.min(Math.max(0, Math.ceil(seconds)), maxVisibilitySeconds),
      }),
    );
  }
}
