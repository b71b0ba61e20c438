import { ChangeMessageVisibilityCommand } from "@aws-sdk/client-sqs";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { Direction } from "../../model/envelope.ts";
import type { Redelivery } from "../../ports/redelivery.ts";

/** The longest a message may stay hidden; counted from its receipt, hence the margin. */
const maxVisibilitySeconds = 43_200 - 120;

/** Waiting by visibility: the message keeps its place, and no copy is ever sent to its own queue. */
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
