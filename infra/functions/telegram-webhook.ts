import type { Stack } from "aws-cdk-lib";
import type { TelegramWebhookVariables } from "../../lambdas/compose/ingest-environment.ts";
import { BridgeFunction } from "../constructs/bridge-function.ts";
import type { BridgeParts } from "./parts.ts";

/** Takes updates of Telegram: reads the secret it verifies with and puts events in one queue. */
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
    // With less the first webhook of a sandbox is slower, with more none is faster: `bench -- warm`.
    memorySize: 384,
    ...retention,
    onlyWarnings: !logAccepted,
  });
  webhook.allowReading(secrets.telegramWebhook);
  toAmocrm.acceptFrom(webhook);
  bodies.acceptFrom(webhook);
  return webhook;
}
