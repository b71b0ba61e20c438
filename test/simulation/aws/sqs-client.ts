import { ChangeMessageVisibilityCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { Direction } from "../../../lambdas/model/envelope.ts";
import type { Envelope } from "../../../lambdas/model/envelope.ts";
import type { Sandbox } from "../engine/sandbox.ts";
import { timeoutError } from "../engine/virtual-timeouts.ts";
import type { History } from "../world/history.ts";
import { queueUrls } from "../world/names.ts";
import type { FifoQueue } from "./fifo-queue.ts";

export type Queues = Readonly<Record<Direction, FifoQueue>>;

/** The SDK's own timeout, for adapters that set none. */
const sdkTimeoutMillis = 3000;

/** An SQS client for one sandbox. Executes the adapters' own commands on the queues in memory. */
export function sqsClient(sandbox: Sandbox, queues: Queues, history: History): SQSClient {
  const send = async (command: unknown, options: { abortSignal?: AbortSignal } = {}) => {
    const { abortSignal = AbortSignal.timeout(sdkTimeoutMillis) } = options;
    if (command instanceof SendMessageCommand) {
      const { MessageBody = "", MessageGroupId = "", MessageDeduplicationId = "" } = command.input;
      const direction = directionOf(command.input.QueueUrl);
      const effect = () => {
        const { isNew } = queues[direction].send(
          MessageBody,
          MessageGroupId,
          MessageDeduplicationId,
        );
        noteQueued(history, sandbox.name, direction, MessageBody, isNew);
      };
      return sandbox.step("queue", "queue.send", effect, abortSignal);
    }
    if (command instanceof ChangeMessageVisibilityCommand) {
      const { QueueUrl, ReceiptHandle = "", VisibilityTimeout = 0 } = command.input;
      const queue = queues[directionOf(QueueUrl)];
      const effect = () => queue.changeVisibility(ReceiptHandle, VisibilityTimeout);
      return sandbox.step("queue", "queue.changeVisibility", effect, abortSignal);
    }
    throw new Error("the simulated SQS does not know this command");
  };
  return { send } as unknown as SQSClient;
}

/** Records that a queue accepted an event. */
export function noteQueued(
  history: History,
  by: string,
  direction: Direction,
  body: string,
  isNew: boolean,
): void {
  const { id, group, late, redrive = 0, verified } = JSON.parse(body) as Envelope;
  history.record(by, {
    kind: "queued",
    direction,
    eventId: id,
    group,
    late,
    redrive,
    verified,
    isNew,
  });
}

function directionOf(queueUrl: string | undefined): Direction {
  if (queueUrl === queueUrls["to-amocrm"]) return "to-amocrm";
  if (queueUrl === queueUrls["to-telegram"]) return "to-telegram";
  throw timeoutError();
}
