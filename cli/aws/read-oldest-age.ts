import type { AwsConfiguration } from "../stage/stage.ts";
import { getMetric, metricsOriginOf } from "./get-metric.ts";

const windowMillis = 5 * 60_000;

/**
 * The age in seconds of a queue's oldest message in the last five minutes. SQS does not report it, but
 * its metric in CloudWatch does. Undefined where there is no CloudWatch, or where we may not read it.
 */
export async function readOldestAge(
  aws: AwsConfiguration,
  queueUrl: string,
  nowMillis: number,
  origin = metricsOriginOf(aws),
): Promise<number | undefined> {
  if (origin === undefined) return undefined;
  const points = await getMetric(aws, origin, {
    namespace: "AWS/SQS",
    name: "ApproximateAgeOfOldestMessage",
    dimension: ["QueueName", queueUrl.slice(queueUrl.lastIndexOf("/") + 1)],
    statistic: "Maximum",
    periodSeconds: 60,
    fromMillis: nowMillis - windowMillis,
    untilMillis: nowMillis,
  });
  // No point at all means that the queue has been empty for a long time.
  return points === undefined ? undefined : (points[0]?.value ?? 0);
}
