import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { Direction } from "../../lambdas/model/envelope.ts";
import type { Stage } from "../stage/stage.ts";
import { failedTo } from "./failures.ts";
import { readOldestAges } from "./metrics.ts";
import { forBoth, openStores, queueUrls } from "./stores.ts";

/** The number of messages in a queue. SQS counts approximately and up to a minute late. */
export type QueueState = {
  /** Waiting in the queue, including messages behind the first of their chat. */
  readonly visible: number;
  /** With a sender now, or waiting for the next attempt. */
  readonly inFlight: number;
  readonly delayed: number;
  readonly dead: number;
  /** The age of the oldest message. Undefined where no metric reports it, as on the laptop run. */
  readonly oldestSeconds: number | undefined;
};

/** Reads both queues of a stage and their dead letters. It takes no message and hides none. */
export function readQueues(
  stage: Stage,
  nowMillis: number,
): Promise<Readonly<Record<Direction, QueueState>>> {
  const { sqs } = openStores(stage);
  const urls = queueUrls(stage);
  return forBoth(async (direction) => {
    const { queue, dead } = urls[direction];
    const [counts, deadCounts, [oldestSeconds]] = await Promise.all([
      countIn(sqs, queue),
      countIn(sqs, dead),
      readOldestAges(stage, [queue], nowMillis),
    ]);
    return { ...counts, dead: sumOf(deadCounts), oldestSeconds };
  });
}

/** The number of messages in a queue, in any state. Counting is safe to repeat. */
export async function countMessages(stage: Stage, direction: Direction): Promise<number> {
  return sumOf(await countIn(openStores(stage).sqs, queueUrls(stage)[direction].queue));
}

type Counts = Pick<QueueState, "visible" | "inFlight" | "delayed">;

function sumOf({ visible, inFlight, delayed }: Counts): number {
  return visible + inFlight + delayed;
}

/** Counts the messages of a queue, including those that a reader holds. */
export async function countIn(client: SQSClient, QueueUrl: string): Promise<Counts> {
  const command = new GetQueueAttributesCommand({
    QueueUrl,
    AttributeNames: [
      "ApproximateNumberOfMessages",
      "ApproximateNumberOfMessagesNotVisible",
      "ApproximateNumberOfMessagesDelayed",
    ],
  });
  const { Attributes = {} } = await client.send(command).catch(failedTo("read the queues"));
  return {
    visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
  };
}
