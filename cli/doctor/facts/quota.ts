import { GetAccountSettingsCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { awsFailure } from "../../aws/failures.ts";
import type { AwsConfiguration } from "../../stage/stage.ts";
import type { QuotaFacts } from "./facts.ts";

type Concurrency = { readonly toAmocrm: number; readonly toTelegram: number };

/**
 * The concurrent executions that Lambda allows in the stage's region, and the share
 * that the stage may take.
 */
export async function readQuota(
  aws: AwsConfiguration,
  bridges: readonly Concurrency[],
): Promise<QuotaFacts> {
  const client = new LambdaClient(aws);
  try {
    const { AccountLimit = {} } = await client.send(new GetAccountSettingsCommand({}));
    // One caretaker per bridge, and as many senders as its queues may start.
    const all = bridges.map(({ toAmocrm, toTelegram }) => 1 + toAmocrm + toTelegram);
    return {
      total: AccountLimit.ConcurrentExecutions ?? 0,
      unreserved: AccountLimit.UnreservedConcurrentExecutions ?? 0,
      senders: all.reduce((sum, each) => sum + each, 0),
      bridges: bridges.length,
    };
  } catch (error) {
    throw awsFailure(error, "read Lambda's quota (lambda:GetAccountSettings)");
  } finally {
    client.destroy();
  }
}
