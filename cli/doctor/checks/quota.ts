import { fault, ok, warning } from "../check.ts";
import type { Finding } from "../check.ts";
import type { QuotaFacts } from "../facts/facts.ts";

/** By default, Telegram calls a webhook with this many connections at once. */
const webhookConnections = 40;

/** Whether Lambda's quota leaves enough for the webhooks while all senders are busy. */
export function judgeQuota({ unreserved, senders, bridges }: QuotaFacts): Finding {
  const says = `${unreserved} concurrent executions, the senders may use ${senders}`;
  const webhooks = 2 * bridges;
  if (unreserved >= senders + webhooks * webhookConnections) return ok(says);
  const fix =
    "aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000 (quota: concurrent executions), or a smaller concurrency in infra/stages.ts";
  return unreserved < senders + webhooks
    ? fault(says, "busy senders prevent the webhooks from running: amoCRM's hooks are lost", fix)
    : warning(
        says,
        "with many hooks at once, Lambda may throttle the webhooks, and hooks are lost",
        fix,
      );
}
