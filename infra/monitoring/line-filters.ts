import { Unit } from "aws-cdk-lib/aws-cloudwatch";
import { FilterPattern } from "aws-cdk-lib/aws-logs";
import type { IFilterPattern } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { MetricOf } from "../../lambdas/model/metrics.ts";
import type { BridgeFunction } from "../constructs/bridge-function.ts";
import type { Watched } from "./watched.ts";

/** A metric, and the lines of one function that it is made of. */
type LineFilter = {
  readonly name: MetricOf<"ingest"> | MetricOf<"deliveries">;
  readonly pattern: IFilterPattern;
  /** What a line adds; one, as a count, unless given. */
  readonly millis?: string;
};

const rare = (...facts: readonly MetricOf<"ingest">[]) =>
  facts.map((name) => ({ name, pattern: FilterPattern.stringValue("$.message.fact", "=", name) }));

/** The sender says its line tersely: not within `message`, as the runtime's console would. */
const latency = (name: MetricOf<"deliveries">, direction: "to-amocrm" | "to-telegram") => ({
  name,
  pattern: FilterPattern.all(
    FilterPattern.stringValue("$.fact", "=", "DeliverySent"),
    FilterPattern.stringValue("$.direction", "=", direction),
    FilterPattern.numberValue("$.latencyMillis", ">=", 0),
  ),
  millis: "$.latencyMillis",
});

const filters: Readonly<
  Record<"telegramWebhook" | "amocrmWebhook" | "sender", readonly LineFilter[]>
> = {
  telegramWebhook: rare("BodyNotStored", "SecretTokenRefused", "WebhookFailed"),
  amocrmWebhook: rare("HookSpooled", "BodyNotStored", "SignatureRefused", "WebhookFailed"),
  sender: [
    latency("LatencyToAmocrm", "to-amocrm"),
    latency("LatencyToTelegram", "to-telegram"),
    {
      name: "SentLate",
      pattern: FilterPattern.all(
        FilterPattern.stringValue("$.fact", "=", "DeliverySent"),
        FilterPattern.exists("$.late"),
      ),
    },
  ],
};

/**
 * Metrics that CloudWatch reads from log lines: the rare facts of the webhooks, so that no library for
 * metrics is loaded where a slow start may lose a hook, and the sender's line of each message, which
 * would be half as long again, and so dear, if it said in itself what metric it is.
 */
export class LineFilters extends Construct {
  constructor(scope: Construct, id: string, watched: Watched) {
    super(scope, id);
    for (const name of ["telegramWebhook", "amocrmWebhook", "sender"] as const) {
      for (const filter of filters[name]) add(filter, watched[name], watched.namespace);
    }
  }
}

function add({ name, pattern, millis }: LineFilter, of: BridgeFunction, namespace: string): void {
  of.function.logGroup.addMetricFilter(`${name}Filter`, {
    filterPattern: pattern,
    metricNamespace: namespace,
    metricName: name,
    metricValue: millis ?? "1",
    unit: millis === undefined ? Unit.COUNT : Unit.MILLISECONDS,
  });
}
