import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { Envelope } from "../../model/envelope.ts";
import type { EventQueue } from "../../ports/event-queue.ts";
import { messageOf, sendTimeoutMillis } from "./event-message.ts";

/** A FIFO queue of SQS. */
export class SqsEventQueue implements EventQueue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  async put(envelope: Envelope, options: { timeoutMillis?: number } = {}): Promise<void> {
    const command = new SendMessageCommand(messageOf(envelope, this.#queueUrl));
    const abortSignal = AbortSignal.timeout(options.timeoutMillis ?? sendTimeoutMillis);
    await this.#client.send(command, { abortSignal });
  }
}
