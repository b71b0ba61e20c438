import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { AttributeValue, ScanCommandOutput } from "@aws-sdk/client-dynamodb";
import { awsFailure } from "../aws/failures.ts";
import type { Stage } from "../stage/stage.ts";

/**
 * Each page is one megabyte, a few thousand chats. The limit keeps the cost of a scan at about a tenth
 * of a cent or less.
 */
const mostPages = 20;

/** The customers that no answer can reach. */
export type Unreachable = {
  readonly blocked: number;
  readonly deactivated: number;
  /** The number of scanned chats. */
  readonly looked: number;
  /** False when there are more chats than the scan read. */
  readonly isComplete: boolean;
};

/**
 * Counts them by a scan of the chats, page by page up to a limit. An index would cost a write for every
 * message, for a number that people rarely ask for.
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
          ExpressionAttributeNames: { "#reach": "reachability" },
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
