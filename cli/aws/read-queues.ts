import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Direction } from "../../lambdas/model/envelope.ts";
import type { Stage } from "../stage/stage.ts";
import { withClient } from "./failures.ts";
import { readOldestAges } from "./metrics.ts";

const reading = "read the queues";

/** The number of messages in a queue. SQS counts approximately and up to a minute late. */
export type QueueState = {
  /** Waiting in the queue, including messages behind the first of their chat. */
  readonly visible: number;
  /** With a sender now, or waiting for the next attempt. */
  readonly inFlight: number;
  readonly delayed: number;
  /** In the queue's dead-letter queue. */
  readonly dead: number;
  /** The age of the oldest message. Undefined where no metric reports it, as on the laptop run. */
  readonly oldestSeconds: number | undefined;
};

/** Reads both queues of a stage and their dead letters. It takes no message and hides none. */
export async function readQueues(
  { aws, outputs }: Stage,
  nowMillis: number,
): Promise<Readonly<Record<Direction, QueueState>>> {
  const urls = [outputs.ToAmocrmQueueUrl, outputs.ToTelegramQueueUrl];
  const [toAmocrm, toTelegram, deadToAmocrm, deadToTelegram, [amocrmAge, telegramAge]] =
    await withClient(new SQSClient(aws), reading, (client) =>
      Promise.all([
        countIn(client, outputs.ToAmocrmQueueUrl),
        countIn(client, outputs.ToTelegramQueueUrl),
        countIn(client, outputs.ToAmocrmDeadLetterQueueUrl),
        countIn(client, outputs.ToTelegramDeadLetterQueueUrl),
        readOldestAges(aws, urls, nowMillis),
      ]),
    );
  return {
    "to-amocrm": { ...toAmocrm, dead: sumOf(deadToAmocrm), oldestSeconds: amocrmAge },
    "to-telegram": { ...toTelegram, dead: sumOf(deadToTelegram), oldestSeconds: telegramAge },
  };
}

/** The number of messages in a queue, in any state. Counting is safe to repeat. */
export async function countMessages(
  { aws, outputs }: Stage,
  direction: Direction,
): Promise<number> {
  const { ToAmocrmQueueUrl, ToTelegramQueueUrl } = outputs;
  const url = direction === "to-amocrm" ? ToAmocrmQueueUrl : ToTelegramQueueUrl;
  return sumOf(await withClient(new SQSClient(aws), reading, (client) => countIn(client, url)));
}

type Counts = Pick<QueueState, "visible" | "inFlight" | "delayed">;

function sumOf({ visible, inFlight, delayed }: Counts): number {
  return visible + inFlight + delayed;
}

/** Counts the messages of a queue, including those that a reader holds. */
export async function countIn(client: SQSClient, QueueUrl: string): Promise<Counts> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
      ],
    }),
  );
  return {
    visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
  };
}
