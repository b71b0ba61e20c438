import { GetAccountSettingsCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { BridgeSettings } from "../../infra/settings/bridge-settings.ts";
import { failedTo } from "../aws/failures.ts";
import type { AwsConfiguration } from "../stage/stage.ts";
import { fault, ok, warning } from "./check.ts";
import type { Finding } from "./check.ts";

/** Lambda's concurrent executions in the stage's region, and what the stage needs. */
export type QuotaFacts = Awaited<ReturnType<typeof readQuota>>;

export async function readQuota(
  aws: AwsConfiguration,
  {
    bridges,
    lambdaQuota,
  }: {
    readonly bridges: Readonly<Record<string, Pick<BridgeSettings, "concurrency">>>;
    readonly lambdaQuota: number;
  },
) {
  const { AccountLimit = {} } = await new LambdaClient(aws)
    .send(new GetAccountSettingsCommand({}))
    .catch(failedTo("read Lambda's quota (lambda:GetAccountSettings)"));
  // One caretaker per bridge, and as many senders as its queues may start.
  const all = Object.values(bridges).map(
    ({ concurrency: { toAmocrm, toTelegram } }) => 1 + toAmocrm + toTelegram,
  );
  return {
    region: aws.region,
    total: AccountLimit.ConcurrentExecutions ?? 0,
    // What is left for functions without a reservation.
    unreserved: AccountLimit.UnreservedConcurrentExecutions ?? 0,
    senders: all.reduce((sum, each) => sum + each, 0),
    bridges: all.length,
    lambdaQuota,
  };
}

/** By default, Telegram calls a webhook with this many connections at once. */
const webhookConnections = 40;

/** Whether Lambda's quota leaves enough for the webhooks while all senders are busy. */
export function judgeQuota(quota: QuotaFacts): Finding {
  const { region, total, unreserved, senders, bridges, lambdaQuota } = quota;
  const says = `${unreserved} concurrent executions, the senders may use ${senders}`;
  const webhooks = 2 * bridges;
  const fix = `aws service-quotas request-service-quota-increase --region ${region} --service-code lambda --quota-code L-B99A9384 --desired-value 1000 (quota: concurrent executions), or a smaller concurrency in infra/stages.ts`;
  if (unreserved < senders + webhooks) {
    const causes = "busy senders prevent the webhooks from running: amoCRM's hooks are lost";
    return fault(says, causes, fix);
  }
  if (unreserved < senders + webhooks * webhookConnections) {
    const causes = "with many hooks at once, Lambda may throttle the webhooks, and hooks are lost";
    return warning(says, causes, fix);
  }
  if (total >= lambdaQuota) return ok(says);
  return warning(
    `the account has ${total} concurrent executions, lambdaQuota in infra/stages.ts is ${lambdaQuota}`,
    "the checks of the settings count with executions that the account does not have",
    `lambdaQuota: ${total} in infra/stages.ts`,
  );
}
