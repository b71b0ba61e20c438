import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { Direction } from "../../lambdas/model/envelope.ts";
import type { Stage } from "../stage/stage.ts";
import { failedTo } from "./failures.ts";
import { readOldestAges } from "./metrics.ts";
import { openStores } from "./stores.ts";

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
export async function readQueues(
  stage: Stage,
  nowMillis: number,
): Promise<Readonly<Record<Direction, QueueState>>> {
  const { outputs } = stage;
  const { sqs } = openStores(stage);
  const urls = [outputs.ToAmocrmQueueUrl, outputs.ToTelegramQueueUrl];
  const [toAmocrm, toTelegram, deadToAmocrm, deadToTelegram, [amocrmAge, telegramAge]] =
    await Promise.all([
      countIn(sqs, outputs.ToAmocrmQueueUrl),
      countIn(sqs, outputs.ToTelegramQueueUrl),
      countIn(sqs, outputs.ToAmocrmDeadLetterQueueUrl),
      countIn(sqs, outputs.ToTelegramDeadLetterQueueUrl),
      readOldestAges(stage, urls, nowMillis),
    ]);
  return {
    "to-amocrm": { ...toAmocrm, dead: sumOf(deadToAmocrm), oldestSeconds: amocrmAge },
    "to-telegram": { ...toTelegram, dead: sumOf(deadToTelegram), oldestSeconds: telegramAge },
  };
}

/** The number of messages in a queue, in any state. Counting is safe to repeat. */
export async function countMessages(stage: Stage, direction: Direction): Promise<number> {
  const { ToAmocrmQueueUrl, ToTelegramQueueUrl } = stage.outputs;
  const url = direction === "to-amocrm" ? ToAmocrmQueueUrl : ToTelegramQueueUrl;
  return sumOf(await countIn(openStores(stage).sqs, url));
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
