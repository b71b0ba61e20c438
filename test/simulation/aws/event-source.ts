import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { Direction } from "../../../lambdas/model/envelope.ts";
import type { LambdaFunction } from "../engine/lambda-function.ts";
import type { VirtualClock } from "../engine/virtual-clock.ts";
import type { Faults } from "../world/faults.ts";
import type { FifoQueue, Received } from "./fifo-queue.ts";

type Options = {
  readonly clock: VirtualClock;
  readonly faults: Faults;
  readonly queue: FifoQueue;
  readonly direction: Direction;
  readonly target: LambdaFunction<SQSEvent, SQSBatchResponse>;
  readonly maximumConcurrency: number;
};

/**
 * Lambda's event source for one queue. It has a fixed number of slots and handles one message at a
 * time in each. It deletes a message that the function did not report as failed. A failed message
 * comes back when its visibility timeout ends.
 */
export class EventSource {
  /** Messages that a function is working on. */
  busy = 0;
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
    for (let slot = 0; slot < options.maximumConcurrency; slot += 1) void this.#poll();
  }

  async #poll(): Promise<void> {
    const { clock, faults, queue } = this.#options;
    for (;;) {
      const message = queue.receive();
      if (message === undefined) {
        await queue.changed();
        await clock.sleep(faults.between(1, 40));
        continue;
      }
      this.busy += 1;
      await this.#work(message);
      this.busy -= 1;
    }
  }

  async #work(message: Received): Promise<void> {
    const { clock, faults, queue, target, direction } = this.#options;
    const isTwice = faults.faultNow("handed-out-twice") !== undefined;
    // SQS sometimes delivers a message twice. This source never does it more than twice.
    if (isTwice && message.receiveCount < 5) {
      clock.after(faults.between(5, 600), () => queue.expire(message.messageId));
    }
    const outcome = await target.invoke(sqsEvent(message, direction));
    if (outcome.kind === "failed") return;
    const failed = outcome.answer.batchItemFailures.some(
      ({ itemIdentifier }) => itemIdentifier === message.messageId,
    );
    if (!failed) queue.remove(message.receiptHandle);
  }
}

/** A message as the event source gives it to the sender. */
export function sqsEvent(message: Received, direction: Direction): SQSEvent {
  const { messageId, receiptHandle, body } = message;
  const attributes = {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAtMillis),
    MessageGroupId: message.group,
    MessageDeduplicationId: message.deduplicationId,
  };
  const eventSourceARN = `arn:aws:sqs:eu-central-1:1:${direction}.fifo`;
  const record = { messageId, receiptHandle, body, attributes, eventSourceARN };
  return { Records: [record] } as unknown as SQSEvent;
}
