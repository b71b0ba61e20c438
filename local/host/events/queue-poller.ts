import { setTimeout as sleep } from "node:timers/promises";
import type { AwsClient } from "../aws/aws-client.ts";
import type { LambdaFunction } from "../lambda/lambda-function.ts";
import type { EventSource } from "../resources/deployment.ts";
import { failedMessageIds, receivedMessages, toSqsEvent } from "./sqs-event.ts";
import type { ReceivedMessage } from "./sqs-event.ts";

/** The source of a poller and the function it calls. */
export type QueuePollerOptions = {
  readonly source: EventSource;
  readonly target: LambdaFunction;
  readonly aws: AwsClient;
  readonly log: (line: string) => void;
};

const pauseAfterErrorMillis = 1000;

/**
 * Feeds a function from a queue as Lambda's event source mapping does: it deletes messages that
 * succeeded, and failed ones come back when their visibility timeout ends. Not AWS: all slots poll from
 * the start, no batching window, no filters, no back-off of a failing function.
 */
export class QueuePoller {
  readonly #options: QueuePollerOptions;
  readonly #stopping = new AbortController();
  readonly #slots: readonly Promise<void>[];

  constructor(options: QueuePollerOptions) {
    this.#options = options;
    this.#slots = Array.from({ length: options.source.maximumConcurrency }, () => this.#poll());
  }

  /** Aborts the long polls and stops. It waits for batches in progress. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#slots);
  }

  async #poll(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        const messages = await this.#receive(signal);
        if (messages.length > 0) await this.#work(messages);
      } catch (error) {
        if (signal.aborted) return;
        this.#options.log(`queue poller: ${String(error)}`);
        await sleep(pauseAfterErrorMillis, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #receive(signal: AbortSignal): Promise<readonly ReceivedMessage[]> {
    const { aws, source } = this.#options;
    const input = {
      QueueUrl: source.queueUrl,
      MaxNumberOfMessages: Math.min(source.batchSize, 10),
      WaitTimeSeconds: 20,
      AttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    };
    return receivedMessages.parse(await aws.call("AmazonSQS.ReceiveMessage", input, signal))
      .Messages;
  }

  async #work(messages: readonly ReceivedMessage[]): Promise<void> {
    const { aws, source, target } = this.#options;
    const receivedAtMillis = Date.now();
    const outcome = await target.invoke(toSqsEvent(messages, source.queueArn));
    if (outcome.kind === "failure") {
      const backAt = new Date(receivedAtMillis + source.visibilitySeconds * 1000);
      const time = backAt.toTimeString().slice(0, 8);
      const { stem } = target.definition;
      this.#options.log(
        `${stem}: the attempt died; its message comes back at ${time}, after the visibility timeout of ${source.visibilitySeconds} s`,
      );
      return;
    }
    const failed = source.reportsBatchItemFailures
      ? failedMessageIds(outcome.payload, messages)
      : new Set<string>();
    const Entries = messages
      .filter(({ MessageId }) => !failed.has(MessageId))
      .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    if (Entries.length === 0) return;
    await aws.call("AmazonSQS.DeleteMessageBatch", { QueueUrl: source.queueUrl, Entries });
  }
}
