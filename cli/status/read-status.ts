import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { withClient } from "../aws/failures.ts";
import { readAnswerTimes, readAvailability } from "../aws/metrics.ts";
import { readQueues } from "../aws/read-queues.ts";
import { readCaretakerReport, readFailedAttempts } from "../aws/read-reports.ts";
import { StageDeliveries } from "../aws/stage-deliveries.ts";
import { countSetAside } from "../parked/sources.ts";
import { laptop } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";

/** The state of a bridge at one moment. */
export type BridgeStatus = Awaited<ReturnType<typeof readStatus>>;

/** Reads the state, and reports the progress of work that may take long. */
export async function readStatus(stage: Stage, onProgress: (text: string) => void) {
  const atMillis = Date.now();
  const [availability, queues, failedAttempts, setAside, customers, caretaker, answers] =
    await Promise.all([
      stage.name === laptop ? ("no-metrics" as const) : readAvailability(stage, atMillis),
      readQueues(stage, atMillis),
      readFailedAttempts(stage),
      countSetAside(new StageDeliveries(stage, Date.now), (count) =>
        onProgress(`counted ${count} parked and spooled messages`),
      ),
      countUnreachable(stage, (looked) => onProgress(`counted ${looked} chats`)),
      readCaretakerReport(stage),
      readAnswerTimes(stage, atMillis),
    ]);
  return {
    atMillis,
    availability,
    queues,
    failedAttempts,
    setAside,
    customers,
    caretaker,
    answers,
  };
}

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
  return withClient(new DynamoDBClient(aws), "count the customers", async (client) => {
    const count = { blocked: 0, deactivated: 0, looked: 0 };
    let pages = 0;
    for await (const { Items = [], ScannedCount = 0, LastEvaluatedKey } of paginateScan(
      { client },
      scan,
    )) {
      const blocked = Items.filter(({ reachability }) => reachability?.S === "blocked").length;
      count.blocked += blocked;
      count.deactivated += Items.length - blocked;
      count.looked += ScannedCount;
      onCounted(count.looked);
      pages += 1;
      // There are more chats than the scan may read.
      if (pages === mostPages && LastEvaluatedKey !== undefined) {
        return { ...count, isComplete: false };
      }
    }
    return { ...count, isComplete: true };
  });
}
