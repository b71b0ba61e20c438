import type { AwsConfiguration } from "../stage/stage.ts";
import { partsIn, SignedCalls } from "./signed-calls.ts";

const windowMillis = 5 * 60_000;

/**
 * The age in seconds of a queue's oldest message in the last five minutes. SQS does not report it, but
 * its metric in CloudWatch does. Undefined where there is no CloudWatch, or where we may not read it.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
 */
export async function readOldestAge(
  aws: AwsConfiguration,
  queueUrl: string,
  nowMillis: number,
  /** The laptop run has an endpoint of its own, and no metrics. */
  hasMetrics = aws.endpoint === undefined,
): Promise<number | undefined> {
  if (!hasMetrics) return undefined;
  const parameters = {
    Namespace: "AWS/SQS",
    MetricName: "ApproximateAgeOfOldestMessage",
    "Dimensions.member.1.Name": "QueueName",
    "Dimensions.member.1.Value": queueUrl.slice(queueUrl.lastIndexOf("/") + 1),
    "Statistics.member.1": "Maximum",
    Period: "60",
    StartTime: new Date(nowMillis - windowMillis).toISOString(),
    EndTime: new Date(nowMillis).toISOString(),
  };
  const wanted = { action: "GetMetricStatistics", version: "2010-08-01", parameters };
  try {
    return latestOf(await new SignedCalls(aws).query("monitoring", wanted));
  } catch {
    return undefined;
  }
}

/** The points come in no order. No point at all means that the queue has been empty for a long time. */
function latestOf(text: string): number | undefined {
  if (!text.includes("GetMetricStatisticsResult")) return undefined;
  const points = partsIn(text, "member").map((point) => ({
    at: /<Timestamp>([^<]+)</.exec(point)?.[1] ?? "",
    age: Number(/<Maximum>([^<]+)</.exec(point)?.[1]),
  }));
  const latest = points.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))[0];
  if (latest === undefined) return 0;
  return Number.isFinite(latest.age) ? latest.age : undefined;
}
