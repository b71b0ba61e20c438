import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Direction } from "../../lambdas/model/envelope.ts";
import type { Stage } from "../stage/stage.ts";
import { awsFailure } from "./failures.ts";
import { readOldestAge } from "./read-oldest-age.ts";

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
  stage: Stage,
  nowMillis: number,
): Promise<Readonly<Record<Direction, QueueState>>> {
  const client = new SQSClient(stage.aws);
  const { outputs } = stage;
  const read = async (url: string, deadLetterUrl: string): Promise<QueueState> => {
    const [own, dead, oldestSeconds] = await Promise.all([
      count(client, url),
      count(client, deadLetterUrl),
      readOldestAge(stage.aws, url, nowMillis),
    ]);
    return { ...own, dead: dead.visible + dead.inFlight + dead.delayed, oldestSeconds };
  };
  try {
    const [toAmocrm, toTelegram] = await Promise.all([
      read(outputs.ToAmocrmQueueUrl, outputs.ToAmocrmDeadLetterQueueUrl),
      read(outputs.ToTelegramQueueUrl, outputs.ToTelegramDeadLetterQueueUrl),
    ]);
    return { "to-amocrm": toAmocrm, "to-telegram": toTelegram };
  } catch (error) {
    throw awsFailure(error, "read the queues");
  } finally {
    client.destroy();
  }
}

/** The number of messages in a queue, in any state. Counting is safe to repeat. */
export async function countMessages(stage: Stage, direction: Direction): Promise<number> {
  const client = new SQSClient(stage.aws);
  const { ToAmocrmQueueUrl, ToTelegramQueueUrl } = stage.outputs;
  try {
    const url = direction === "to-amocrm" ? ToAmocrmQueueUrl : ToTelegramQueueUrl;
    const { visible, inFlight, delayed } = await count(client, url);
    return visible + inFlight + delayed;
  } catch (error) {
    throw awsFailure(error, "read the queues");
  } finally {
    client.destroy();
  }
}

async function count(client: SQSClient, QueueUrl: string) {
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
