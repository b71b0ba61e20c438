import { Duration } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { MathExpression, Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { IMetric } from "aws-cdk-lib/aws-cloudwatch";
import { metrics } from "../../lambdas/model/metrics.ts";
import type { MetricOf, MetricSource } from "../../lambdas/model/metrics.ts";
import type { BridgeFunction } from "../constructs/bridge-function.ts";
import type { DeliveryQueue } from "../constructs/delivery-queue.ts";

/** The parts of a bridge that the alarms and the dashboard read. */
export type Watched = {
  /** The namespace of the bridge's own metrics. */
  readonly namespace: string;
  readonly api: HttpApi;
  readonly telegramWebhook: BridgeFunction;
  readonly amocrmWebhook: BridgeFunction;
  readonly sender: BridgeFunction;
  readonly caretaker: BridgeFunction;
  readonly toAmocrm: DeliveryQueue;
  readonly toTelegram: DeliveryQueue;
};

/** Reads one of the bridge's own metrics by its source. An unknown name does not compile. */
export type Read = <Source extends MetricSource>(
  source: Source,
  name: MetricOf<Source>,
  options?: { readonly statistic?: string; readonly minutes?: number },
) => Metric;

/**
 * Makes the reader of a namespace's metrics. By default it reads over five minutes: the sum of a count,
 * the 95th percentile of others.
 */
export function readerOf(namespace: string): Read {
  return (source, name, { statistic, minutes = 5 } = {}) => {
    const units: Readonly<Record<string, string>> = metrics[source];
    return new Metric({
      namespace,
      metricName: name,
      label: name,
      statistic: statistic ?? (units[name] === "Count" ? Stats.SUM : Stats.p(95)),
      period: Duration.minutes(minutes),
      // Filters over log lines cannot set a dimension. Only the namespace identifies the bridge.
      ...(source === "ingest" || source === "deliveries"
        ? {}
        : { dimensionsMap: { service: source } }),
    });
  };
}

/**
 * The sum of the metrics. A metric without data counts as 0: metric math does this for the summands of
 * a `+`. FILL is not used: it would replace every late datapoint, and an alarm on the newest minute
 * would stay OK.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function sumOf(label: string, summands: readonly Metric[]): IMetric {
  const [first] = summands;
  if (first === undefined) throw new Error(`The sum "${label}" has no metrics.`);
  const named = Object.fromEntries(summands.map((metric, index) => [`m${index}`, metric]));
  return new MathExpression({
    expression: Object.keys(named).join(" + "),
    usingMetrics: named,
    label,
    period: first.period,
  });
}
