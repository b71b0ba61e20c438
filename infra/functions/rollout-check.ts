import type { Stack } from "aws-cdk-lib";
import type { RolloutCheckVariables } from "../../lambdas/config/rollout-check-environment.ts";
import { BridgeFunction } from "../constructs/bridge-function.ts";
import type { BridgeParts } from "./parts.ts";

/** The two functions that a roll-out is careful with. */
export type Webhooks = { readonly telegram: BridgeFunction; readonly amocrm: BridgeFunction };

/** Tries the webhooks' new versions before they get traffic; CodeDeploy calls it. */
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
  check.allow(["lambda:InvokeFunction"], [telegram.versionArn, amocrm.versionArn]);
  return check;
}
