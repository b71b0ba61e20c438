import { Unit } from "aws-cdk-lib/aws-cloudwatch";
import { FilterPattern } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { MetricOf } from "../../lambdas/model/metrics.ts";
import type { Watched } from "./watched.ts";

/** Which webhook logs which fact. */
const facts: Readonly<Record<"telegramWebhook" | "amocrmWebhook", readonly MetricOf<"ingest">[]>> =
  {
    telegramWebhook: ["SecretTokenRefused", "WebhookFailed"],
    amocrmWebhook: ["HookSpooled", "SignatureRefused", "WebhookFailed"],
  };

/**
 * Counts the rare facts of the webhooks in their log lines, so that no library for metrics is
 * loaded where a slow start may lose a hook.
 */
export class IngestFilters extends Construct {
  constructor(scope: Construct, id: string, watched: Watched) {
    super(scope, id);
    for (const webhook of ["telegramWebhook", "amocrmWebhook"] as const) {
      for (const fact of facts[webhook]) {
        watched[webhook].function.logGroup.addMetricFilter(`${fact}Filter`, {
          filterPattern: FilterPattern.stringValue("$.message.fact", "=", fact),
          metricNamespace: watched.namespace,
          metricName: fact,
          metricValue: "1",
          unit: Unit.COUNT,
        });
      }
    }
  }
}
