import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { Envelope } from "../../model/envelope.ts";
import type { EventQueue } from "../../ports/event-queue.ts";

const defaultTimeoutMillis = 3000;

/** A FIFO queue of SQS: the envelope's group keeps order, its id is the de-duplication id. */
export class SqsEventQueue implements EventQueue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  async put(envelope: Envelope, options: { timeoutMillis?: number } = {}): Promise<void> {
    const command = new SendMessageCommand({
      QueueUrl: this.#queueUrl,
      MessageBody: JSON.stringify(envelope),
      MessageGroupId: envelope.group,
      MessageDeduplicationId: envelope.id,
    });
    const abortSignal = AbortSignal.timeout(options.timeoutMillis ?? defaultTimeoutMillis);
    await this.#client.send(command, { abortSignal });
  }
}
