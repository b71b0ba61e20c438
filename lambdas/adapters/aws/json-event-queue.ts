import { createHash } from "node:crypto";
import type { EventQueue } from "../../ports/event-queue.ts";
import type { AwsJsonClient, JsonService } from "./aws-json-client.ts";
import { messageOf, sendTimeoutMillis } from "./event-message.ts";

/** SQS's JSON protocol. */
export const sqs: JsonService = { name: "sqs", variable: "SQS", target: "AmazonSQS", json: "1.0" };

/** A FIFO queue of SQS, through the small client. */
export class JsonEventQueue implements EventQueue {
  readonly #client: AwsJsonClient;
  readonly #queueUrl: string;

  constructor(client: AwsJsonClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  async put(...[envelope, options = {}]: Parameters<EventQueue["put"]>): Promise<void> {
    const { timeoutMillis = sendTimeoutMillis, isMoved } = options;
    const message = messageOf(envelope, this.#queueUrl, isMoved);
    const answer = await this.#client.call("SendMessage", message, { timeoutMillis });
    // As the SDK does: what was stored must be what was sent.
    const md5 = createHash("md5").update(message.MessageBody).digest("hex");
    if ((answer as { MD5OfMessageBody?: string }).MD5OfMessageBody === md5) return;
    throw Object.assign(new Error("the queue holds other bytes"), { name: "InvalidChecksumError" });
  }
}
