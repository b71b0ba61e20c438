import type { Datapoint, GetMetricStatisticsCommandInput } from "@aws-sdk/client-cloudwatch";
import { objective } from "../../infra/monitoring/objective.ts";
import type { MetricOf } from "../../lambdas/model/metrics.ts";
import type { Stage } from "../stage/stage.ts";
import { findApiId } from "./describe-stack.ts";

const daySeconds = 86_400;
const ageWindowMillis = 5 * 60_000;

/** The requests of the objective's days that count: answered with 2xx or 5xx. */
export type Availability = {
  readonly counted: number;
  readonly failed: number;
};

/**
 * Counts the requests by the metrics of the stage's API. Undefined on the laptop run, which has no
 * metrics, and where CloudWatch does not give them.
 */
export async function readAvailability(
  stage: Stage,
  nowMillis: number,
): Promise<Availability | undefined> {
  if (stage.bridge === undefined) return undefined;
  const apiId = await findApiId(stage).catch(() => undefined);
  if (apiId === undefined) return undefined;
  const metrics = await readMetrics(
    stage,
    ["Count", "4xx", "5xx"].map((MetricName) => ({
      Namespace: "AWS/ApiGateway",
      MetricName,
      Dimensions: [{ Name: "ApiId", Value: apiId }],
      Statistics: ["Sum"],
      Period: daySeconds,
      StartTime: new Date(nowMillis - objective.days * daySeconds * 1000),
      EndTime: new Date(nowMillis),
    })),
  );
  const [all, refused, failed] = metrics.map((points) =>
    points?.reduce((sum, { Sum = 0 }) => sum + Sum, 0),
  );
  if (all === undefined || refused === undefined || failed === undefined) return undefined;
  // The metrics come at different times, so for a moment more requests may be refused than counted.
  return { counted: Math.max(failed, all - refused), failed };
}

/** How many answers of operators a day had, and the seconds until half and until most of them. */
export type AnswerTimes = { readonly count: number; readonly p50: number; readonly p90: number };

/**
 * The working time until operators' answers in the last day. Undefined where the bridge does not measure it,
 * where nobody answered, and where CloudWatch does not give it.
 */
export async function readAnswerTimes(
  stage: Stage,
  nowMillis: number,
): Promise<AnswerTimes | undefined> {
  const { answersNamespace } = stage;
  if (answersNamespace === undefined) return undefined;
  const query = {
    Namespace: answersNamespace,
    MetricName: "AnswerTime" satisfies MetricOf<"sender">,
    Dimensions: [{ Name: "service", Value: "sender" }],
    Period: daySeconds,
    StartTime: new Date(nowMillis - daySeconds * 1000),
    EndTime: new Date(nowMillis),
  };
  // CloudWatch answers either plain statistics or percentiles.
  const queries = [
    { ...query, Statistics: ["SampleCount" as const] },
    { ...query, ExtendedStatistics: ["p50", "p90"] },
  ];
  const [counts, percentiles] = await readMetrics(stage, queries);
  const { SampleCount: count } = counts?.[0] ?? {};
  const { p50, p90 } = percentiles?.[0]?.ExtendedStatistics ?? {};
  return count === undefined || p50 === undefined || p90 === undefined
    ? undefined
    : { count, p50, p90 };
}

/**
 * The age in seconds of each queue's oldest message in the last five minutes. SQS does not report it, but
 * its metric in CloudWatch does. Undefined where there are no metrics, or where we may not read them.
 */
export async function readOldestAges(
  stage: Stage,
  queueUrls: readonly string[],
  nowMillis: number,
): Promise<readonly (number | undefined)[]> {
  const metrics = await readMetrics(
    stage,
    queueUrls.map((url) => ({
      Namespace: "AWS/SQS",
      MetricName: "ApproximateAgeOfOldestMessage",
      Dimensions: [{ Name: "QueueName", Value: url.slice(url.lastIndexOf("/") + 1) }],
      Statistics: ["Maximum"],
      Period: 60,
      StartTime: new Date(nowMillis - ageWindowMillis),
      EndTime: new Date(nowMillis),
    })),
  );
  // No point at all means that the queue has been empty for a long time.
  return metrics.map((points) => points && (points[0]?.Maximum ?? 0));
}

/**
 * The points of each metric, the latest first. Periods without data have no point. Undefined where
 * CloudWatch does not answer, or where we may not read it.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
 */
async function readMetrics(
  { aws, bridge }: Stage,
  queries: readonly GetMetricStatisticsCommandInput[],
): Promise<readonly (readonly Datapoint[] | undefined)[]> {
  if (bridge === undefined) return [];
  // Loaded only here: most commands, and every command on the laptop run, need no metrics.
  const { CloudWatchClient, GetMetricStatisticsCommand } =
    await import("@aws-sdk/client-cloudwatch");
  const client = new CloudWatchClient({
    ...aws,
    // Other facts of doctor and status wait for this reading. Without it they are still judged.
    maxAttempts: 1,
    requestHandler: { requestTimeout: 10_000, throwOnRequestTimeout: true },
  });
  return Promise.all(
    queries.map((query) =>
      client.send(new GetMetricStatisticsCommand(query)).then(
        ({ Datapoints = [] }) =>
          Datapoints.toSorted((a, b) => Number(b.Timestamp) - Number(a.Timestamp)),
        () => undefined,
      ),
    ),
  );
}
