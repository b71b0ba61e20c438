import type { Stack } from "aws-cdk-lib";
import type { TelegramWebhookVariables } from "../../lambdas/compose/ingest-environment.ts";
import { BridgeFunction } from "../constructs/bridge-function.ts";
import type { BridgeParts } from "./parts.ts";

/**
 * Adds the function that takes Telegram's updates. It reads the secret it verifies with and
 * puts events in one queue.
 */
export function addTelegramWebhook(stack: Stack, parts: BridgeParts): BridgeFunction {
  const { settings, retention, logAccepted, secrets, bodies, toAmocrm } = parts;
  const webhook = new BridgeFunction(stack, "TelegramWebhook", {
    entrypoint: "telegram-webhook",
    description: "Verifies an update of Telegram and puts it in the queue to amoCRM",
    environment: {
      TELEGRAM_BOT_ID: settings.telegram.botId,
      TELEGRAM_WEBHOOK_SECRET_ID: secrets.telegramWebhook.secretArn,
      TO_AMOCRM_QUEUE_URL: toAmocrm.queue.queueUrl,
      BODIES_BUCKET: bodies.bucket.bucketName,
    } satisfies TelegramWebhookVariables,
    // Measured with `bench -- warm`: less memory slows the first webhook of a sandbox,
    // more memory does not help.
    memorySize: 384,
    ...retention,
    onlyWarnings: !logAccepted,
  });
  webhook.allowReading(secrets.telegramWebhook);
  toAmocrm.acceptFrom(webhook);
  bodies.acceptFrom(webhook);
  return webhook;
}
