import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { s3BodyStore } from "../../lambdas/aws/buckets.ts";
import { DynamoTable } from "../../lambdas/aws/table.ts";
import type { Direction } from "../../lambdas/model/envelope.ts";
import type { Stage } from "../stage/stage.ts";

/** A stage's tables, bucket and queues. Opening them makes no call, and they need no closing. */
export function openStores({ aws, outputs }: Pick<Stage, "aws" | "outputs">) {
  const client = new DynamoDBClient(aws);
  return {
    deliveries: new DynamoTable(client, outputs.DeliveriesTable, "id"),
    conversations: new DynamoTable(client, outputs.ConversationsTable, "conversationId"),
    bodies: s3BodyStore(new S3Client(aws), outputs.BodiesBucket),
    sqs: new SQSClient(aws),
  };
}

/** The addresses of a stage's queues. */
export function queueUrls({ outputs }: Pick<Stage, "outputs">) {
  return {
    "to-amocrm": { queue: outputs.ToAmocrmQueueUrl, dead: outputs.ToAmocrmDeadLetterQueueUrl },
    "to-telegram": {
      queue: outputs.ToTelegramQueueUrl,
      dead: outputs.ToTelegramDeadLetterQueueUrl,
    },
  };
}

/** Does the same for both directions at the same time. */
export async function forBoth<Value>(
  work: (direction: Direction) => Promise<Value>,
): Promise<Readonly<Record<Direction, Value>>> {
  const [toAmocrm, toTelegram] = await Promise.all([work("to-amocrm"), work("to-telegram")]);
  return { "to-amocrm": toAmocrm, "to-telegram": toTelegram };
}
