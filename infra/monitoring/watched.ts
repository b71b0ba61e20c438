import { Duration } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { MathExpression, Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { IMetric } from "aws-cdk-lib/aws-cloudwatch";
import { metrics } from "../../lambdas/model/metrics.ts";
import type { MetricOf, MetricSource } from "../../lambdas/model/metrics.ts";
import type { BridgeFunction } from "../constructs/bridge-function.ts";
import type { DeliveryQueue } from "../constructs/delivery-queue.ts";

/** The parts of a bridge that are looked at. */
export type Watched = {
  /** Of the bridge's own metrics. */
  readonly namespace: string;
  readonly api: HttpApi;
  readonly telegramWebhook: BridgeFunction;
  readonly amocrmWebhook: BridgeFunction;
  readonly sender: BridgeFunction;
  readonly toAmocrm: DeliveryQueue;
  readonly toTelegram: DeliveryQueue;
};

/** Reads one of the bridge's own metrics, by where it comes from; no other name compiles. */
export type Read = <Source extends MetricSource>(
  source: Source,
  name: MetricOf<Source>,
  options?: { readonly statistic?: string; readonly minutes?: number },
) => Metric;

/** How the metrics of that namespace are read; a count as its sum over five minutes unless told. */
export function readerOf(namespace: string): Read {
  return (source, name, { statistic, minutes = 5 } = {}) => {
    const units: Readonly<Record<string, string>> = metrics[source];
    return new Metric({
      namespace,
      metricName: name,
      label: name,
      statistic: statistic ?? (units[name] === "Count" ? Stats.SUM : Stats.p(95)),
      period: Duration.minutes(minutes),
      // Filters over log lines cannot say who; each counts in a namespace of its bridge alone.
      ...(source === "ingest" || source === "deliveries"
        ? {}
        : { dimensionsMap: { service: source } }),
    });
  };
}

/**
 * Their sum, where those that were not told count as none: metric math takes a missing value of a `+` for
 * 0. Without FILL, which would stand in for every late datapoint, and leave an alarm in OK that looks at
 * the newest minute: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function sumOf(label: string, summands: readonly Metric[]): IMetric {
  const [first] = summands;
  if (first === undefined) throw new Error(`The sum "${label}" is of nothing.`);
  const named = Object.fromEntries(summands.map((metric, index) => [`m${index}`, metric]));
  return new MathExpression({
    expression: Object.keys(named).join(" + "),
    usingMetrics: named,
    label,
    period: first.period,
  });
}
