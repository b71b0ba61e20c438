import type { AwsConfiguration } from "../stage/stage.ts";
import { partsIn, SignedCalls } from "./signed-calls.ts";

/** Where CloudWatch answers for a stage. Undefined on the laptop run, which has no metrics. */
export function metricsOriginOf({ endpoint, region }: AwsConfiguration): string | undefined {
  return endpoint === undefined ? `https://monitoring.${region}.amazonaws.com` : undefined;
}

/** One metric of one resource over a time, and how CloudWatch sums it up in each period. */
export type MetricQuery = {
  readonly namespace: string;
  readonly name: string;
  readonly dimension: readonly [name: string, value: string];
  readonly statistic: "Maximum" | "Sum";
  readonly periodSeconds: number;
  readonly fromMillis: number;
  readonly untilMillis: number;
};

/** A period's value. */
export type MetricPoint = { readonly atMillis: number; readonly value: number };

/**
 * The points of a metric, the latest first. Periods without data have no point. Undefined where
 * CloudWatch does not answer, or where we may not read it.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
 */
export async function getMetric(
  aws: AwsConfiguration,
  origin: string,
  query: MetricQuery,
): Promise<readonly MetricPoint[] | undefined> {
  const parameters = {
    Namespace: query.namespace,
    MetricName: query.name,
    "Dimensions.member.1.Name": query.dimension[0],
    "Dimensions.member.1.Value": query.dimension[1],
    "Statistics.member.1": query.statistic,
    Period: String(query.periodSeconds),
    StartTime: new Date(query.fromMillis).toISOString(),
    EndTime: new Date(query.untilMillis).toISOString(),
  };
  const wanted = { action: "GetMetricStatistics", version: "2010-08-01", parameters };
  try {
    const calls = new SignedCalls({ ...aws, endpoint: origin });
    return pointsIn(await calls.query("monitoring", wanted), query.statistic);
  } catch {
    return undefined;
  }
}

/** CloudWatch gives the points in no order. Undefined for an answer of another format. */
function pointsIn(text: string, statistic: string): readonly MetricPoint[] | undefined {
  if (!text.includes("GetMetricStatisticsResult")) return undefined;
  const value = new RegExp(`<${statistic}>([^<]+)<`);
  const points = partsIn(text, "member").map((point) => ({
    atMillis: Date.parse(/<Timestamp>([^<]+)</.exec(point)?.[1] ?? ""),
    value: Number(value.exec(point)?.[1]),
  }));
  if (points.some((point) => !Number.isFinite(point.value))) return undefined;
  return points.toSorted((a, b) => b.atMillis - a.atMillis);
}
