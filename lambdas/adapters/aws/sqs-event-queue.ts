import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { SQSClient } from "@aws-sdk/client-sqs";
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

  async put(...[envelope, options = {}]: Parameters<EventQueue["put"]>): Promise<void> {
    const { timeoutMillis = sendTimeoutMillis, isMoved } = options;
    const command = new SendMessageCommand(messageOf(envelope, this.#queueUrl, isMoved));
    const abortSignal = AbortSignal.timeout(timeoutMillis);
    await this.#client.send(command, { abortSignal });
  }
}
