import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { AttributeValue, ScanCommandOutput } from "@aws-sdk/client-dynamodb";
import { awsFailure } from "../aws/failures.ts";
import type { Stage } from "../stage/stage.ts";

/** Of a megabyte each, a few thousand chats: at most about a cent's tenth is spent on one look. */
const mostPages = 20;

/** Customers whom no answer can reach. */
export type Unreachable = {
  readonly blocked: number;
  readonly deactivated: number;
  /** Chats that were looked at. */
  readonly looked: number;
  /** False when there are more chats than were looked at. */
  readonly isComplete: boolean;
};

/**
 * Counts them by a scan of the chats, page by page up to a limit: an index would cost every message
 * a write, for a number that is asked for now and then.
 */
export async function countUnreachable(
  stage: Pick<Stage, "aws" | "outputs">,
  onLooked: (looked: number) => void,
): Promise<Unreachable> {
  const client = new DynamoDBClient(stage.aws);
  const count = { blocked: 0, deactivated: 0, looked: 0 };
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  try {
    for (let page = 0; page < mostPages; page += 1) {
      const answer: ScanCommandOutput = await client.send(
        new ScanCommand({
          TableName: stage.outputs.ConversationsTable,
          ProjectionExpression: "#reach",
          FilterExpression: "#reach IN (:blocked, :deactivated)",
          ExpressionAttributeNames: { "#reach": "reach" },
          ExpressionAttributeValues: {
            ":blocked": { S: "blocked" },
            ":deactivated": { S: "deactivated" },
          },
          ExclusiveStartKey,
        }),
      );
      for (const { reachability } of answer.Items ?? []) {
        if (reachability?.S === "blocked") count.blocked += 1;
        else count.deactivated += 1;
      }
      count.looked += answer.ScannedCount ?? 0;
      onLooked(count.looked);
      ExclusiveStartKey = answer.LastEvaluatedKey;
      if (ExclusiveStartKey === undefined) return { ...count, isComplete: true };
    }
    return { ...count, isComplete: false };
  } catch (error) {
    throw awsFailure(error, "count the customers");
  } finally {
    client.destroy();
  }
}
