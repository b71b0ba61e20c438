import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import type { Stage } from "../stage/stage.ts";
import { awsFailure } from "./failures.ts";

/**
 * Each page is one megabyte, a few thousand chats. The limit keeps the cost of a scan at about a tenth
 * of a cent or less.
 */
const mostPages = 20;

/**
 * Counts the customers that no answer can reach, by a scan of the chats up to a limit. An index would cost a write for every
 * message, for a number that people rarely ask for.
 */
export async function countUnreachable(
  { aws, outputs }: Pick<Stage, "aws" | "outputs">,
  onCounted: (chats: number) => void,
) {
  const scan = {
    TableName: outputs.ConversationsTable,
    ProjectionExpression: "#reach",
    FilterExpression: "#reach IN (:blocked, :deactivated)",
    ExpressionAttributeNames: { "#reach": "reachability" },
    ExpressionAttributeValues: {
      ":blocked": { S: "blocked" },
      ":deactivated": { S: "deactivated" },
    },
  };
  const count = { blocked: 0, deactivated: 0, scanned: 0 };
  let pages = 0;
  try {
    for await (const page of paginateScan({ client: new DynamoDBClient(aws) }, scan)) {
      const { Items = [], ScannedCount = 0, LastEvaluatedKey } = page;
      const blocked = Items.filter(({ reachability }) => reachability?.S === "blocked").length;
      count.blocked += blocked;
      count.deactivated += Items.length - blocked;
      count.scanned += ScannedCount;
      onCounted(count.scanned);
      pages += 1;
      // There are more chats than the scan may read.
      if (pages === mostPages && LastEvaluatedKey !== undefined) {
        return { ...count, isComplete: false };
      }
    }
    return { ...count, isComplete: true };
  } catch (error) {
    throw awsFailure(error, "count the customers");
  }
}
