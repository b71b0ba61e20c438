import { SQSClient } from "@aws-sdk/client-sqs";
import { SignatureV4 } from "@smithy/signature-v4";
import { Sha256 } from "../../lambdas/ingest/aws/request-signer.ts";
import { call } from "../../lambdas/http/call.ts";
import type { AwsConfiguration } from "../stage/stage.ts";

const timeoutMillis = 10_000;

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
  const body = new URLSearchParams({
    Action: "GetMetricStatistics",
    Version: "2010-08-01",
    Namespace: query.namespace,
    MetricName: query.name,
    "Dimensions.member.1.Name": query.dimension[0],
    "Dimensions.member.1.Value": query.dimension[1],
    "Statistics.member.1": query.statistic,
    Period: String(query.periodSeconds),
    StartTime: new Date(query.fromMillis).toISOString(),
    EndTime: new Date(query.untilMillis).toISOString(),
  }).toString();
  try {
    const headers = await sign(aws, new URL(origin), body);
    const answer = await call(`${origin}/`, { method: "POST", headers, body }, { timeoutMillis });
    return answer.status === 200 ? pointsIn(answer.text, query.statistic) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * This project has no SDK client for metrics, so another client's credentials and signer sign the request.
 */
async function sign(aws: AwsConfiguration, { protocol, hostname, host }: URL, body: string) {
  const client = new SQSClient(aws);
  try {
    const signer = new SignatureV4({
      service: "monitoring",
      region: aws.region,
      credentials: client.config.credentials,
      sha256: Sha256,
    });
    const { headers } = await signer.sign({
      method: "POST",
      protocol,
      hostname,
      path: "/",
      query: {},
      headers: { host, "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
      body,
    });
    const { host: _, ...sent } = headers;
    return sent;
  } finally {
    client.destroy();
  }
}

/** CloudWatch gives the points in no order. Undefined for an answer of another format. */
function pointsIn(text: string, statistic: string): readonly MetricPoint[] | undefined {
  if (!text.includes("GetMetricStatisticsResult")) return undefined;
  const value = new RegExp(`<${statistic}>([^<]+)<`);
  const points = [...text.matchAll(/<member>([^]*?)<\/member>/g)].map(([, point = ""]) => ({
    atMillis: Date.parse(/<Timestamp>([^<]+)</.exec(point)?.[1] ?? ""),
    value: Number(value.exec(point)?.[1]),
  }));
  if (points.some((point) => !Number.isFinite(point.value))) return undefined;
  return points.toSorted((a, b) => b.atMillis - a.atMillis);
}
