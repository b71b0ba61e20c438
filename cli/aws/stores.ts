import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { s3BodyStore } from "../../lambdas/aws/buckets.ts";
import { DynamoTable } from "../../lambdas/aws/table.ts";
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
