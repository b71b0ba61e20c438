import { Stack, Validations } from "aws-cdk-lib";
import type { CfnFunction } from "aws-cdk-lib/aws-lambda";
import type { RolloutCheckVariables } from "../../lambdas/compose/rollout-check.ts";
import { BridgeFunction } from "../constructs/bridge-function.ts";
import type { BridgeParts } from "./parts.ts";

/** The two functions whose new versions get a careful roll-out. */
export type Webhooks = { readonly telegram: BridgeFunction; readonly amocrm: BridgeFunction };

/** Adds the function that tries the webhooks' new versions before they get traffic. CodeDeploy calls it. */
export function addRolloutCheck(
  stack: Stack,
  parts: BridgeParts,
  { telegram, amocrm }: Webhooks,
): BridgeFunction {
  const { retention, secrets } = parts;
  const check = new BridgeFunction(stack, "RolloutCheck", {
    entrypoint: "rollout-check",
    description: "Sends new versions of the webhooks a signed hook before they get traffic",
    environment: {
      TELEGRAM_WEBHOOK_SECRET_ID: secrets.telegramWebhook.secretArn,
      TELEGRAM_WEBHOOK_VERSION: telegram.versionArn,
      AMOCRM_CHANNEL_SECRET_ID: secrets.amocrmChannel.secretArn,
      AMOCRM_WEBHOOK_VERSION: amocrm.versionArn,
    } satisfies RolloutCheckVariables,
    memorySize: 256,
    ...retention,
  });
  check.allowReading(secrets.telegramWebhook, secrets.amocrmChannel);
  for (const webhook of [telegram, amocrm]) allowAnyVersion(check, webhook);
  return check;
}

/**
 * Allows the check to invoke any version of the webhook. A right to the new version only would change
 * with every release, and IAM changes are eventually consistent: a check that ran before the change
 * took effect would roll a good release back.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
function allowAnyVersion(check: BridgeFunction, { function: webhook }: BridgeFunction): void {
  check.allow(["lambda:InvokeFunction"], [`${webhook.functionArn}:*`]);
  const webhookId = Stack.of(webhook).getLogicalId(webhook.node.defaultChild as CfnFunction);
  Validations.of(check).acknowledge({
    id: `AwsSolutions-IAM5[Resource::<${webhookId}.Arn>:*]`,
    reason: "The check calls one webhook, in the new version of a release.",
  });
}
