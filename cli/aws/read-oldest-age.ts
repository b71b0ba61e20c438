import { SQSClient } from "@aws-sdk/client-sqs";
import { SignatureV4 } from "@smithy/signature-v4";
import { Sha256 } from "../../lambdas/ingest/aws/request-signer.ts";
import { call } from "../../lambdas/http/call.ts";
import type { AwsConfiguration } from "../stage/stage.ts";

const windowMillis = 5 * 60_000;
const timeoutMillis = 10_000;

/**
 * The age in seconds of a queue's oldest message in the last five minutes. SQS does not report it, but
 * its metric in CloudWatch does. Undefined where there is no CloudWatch, or where we may not read it.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
 */
export async function readOldestAge(
  aws: AwsConfiguration,
  queueUrl: string,
  nowMillis: number,
  /** Undefined on the laptop run, which has no metrics. */
  origin = aws.endpoint === undefined
    ? `https://monitoring.${aws.region}.amazonaws.com`
    : undefined,
): Promise<number | undefined> {
  if (origin === undefined) return undefined;
  const body = new URLSearchParams({
    Action: "GetMetricStatistics",
    Version: "2010-08-01",
    Namespace: "AWS/SQS",
    MetricName: "ApproximateAgeOfOldestMessage",
    "Dimensions.member.1.Name": "QueueName",
    "Dimensions.member.1.Value": queueUrl.slice(queueUrl.lastIndexOf("/") + 1),
    "Statistics.member.1": "Maximum",
    Period: "60",
    StartTime: new Date(nowMillis - windowMillis).toISOString(),
    EndTime: new Date(nowMillis).toISOString(),
  }).toString();
  try {
    const headers = await sign(aws, new URL(origin), body);
    const answer = await call(`${origin}/`, { method: "POST", headers, body }, { timeoutMillis });
    return answer.status === 200 ? latestOf(answer.text) : undefined;
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

/** The points come in no order. No point at all means that the queue has been empty for a long time. */
function latestOf(text: string): number | undefined {
  if (!text.includes("GetMetricStatisticsResult")) return undefined;
  const points = [...text.matchAll(/<member>([^]*?)<\/member>/g)].map(([, point = ""]) => ({
    at: /<Timestamp>([^<]+)</.exec(point)?.[1] ?? "",
    age: Number(/<Maximum>([^<]+)</.exec(point)?.[1]),
  }));
  const latest = points.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))[0];
  if (latest === undefined) return 0;
  return Number.isFinite(latest.age) ? latest.age : undefined;
}
