import { Unit } from "aws-cdk-lib/aws-cloudwatch";
import { FilterPattern } from "aws-cdk-lib/aws-logs";
import type { IFilterPattern } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { MetricOf } from "../../lambdas/model/metrics.ts";
import type { BridgeFunction } from "../constructs/bridge-function.ts";
import type { Watched } from "./watched.ts";

/** A metric, and the log lines of one function that it counts. */
type LineFilter = {
  readonly name: MetricOf<"ingest"> | MetricOf<"deliveries">;
  readonly pattern: IFilterPattern;
  /** The value that a line adds, as a field of the line. Without it, a line counts as one. */
  readonly millis?: string;
};

const rare = (name: MetricOf<"ingest">, fact: string = name) => ({
  name,
  pattern: FilterPattern.stringValue("$.message.fact", "=", fact),
});

/** The sender writes its line without the runtime's wrapper, so the fields are not within `message`. */
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
  telegramWebhook: [
    rare("BodyNotStored"),
    rare("SecretTokenRefused"),
    rare("TelegramWebhookFailed", "WebhookFailed"),
  ],
  amocrmWebhook: [
    rare("HookSpooled"),
    rare("BodyNotStored"),
    rare("SignatureRefused"),
    rare("AmocrmWebhookFailed", "WebhookFailed"),
  ],
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
 * Metrics that CloudWatch reads from log lines. For the rare facts of the webhooks this avoids a
 * metrics library: a slow start may lose a hook. For the sender's line per message it saves cost: a
 * line that describes its own metric would be half as long again.
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
