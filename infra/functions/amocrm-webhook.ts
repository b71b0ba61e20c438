import type { Stack } from "aws-cdk-lib";
import type { AmocrmWebhookVariables } from "../../lambdas/compose/ingest-environment.ts";
import { BridgeFunction } from "../constructs/bridge-function.ts";
import { keysLike } from "../constructs/bridge-tables.ts";
import type { BridgeParts } from "./parts.ts";

/**
 * Adds the function that takes amoCRM's hooks. It works as the Telegram webhook does, and it may also
 * put an event in the spool.
 */
export function addAmocrmWebhook(stack: Stack, parts: BridgeParts): BridgeFunction {
  const { retention, logAccepted, secrets, tables, bodies, toTelegram } = parts;
  const webhook = new BridgeFunction(stack, "AmocrmWebhook", {
    entrypoint: "amocrm-webhook",
    description: "Verifies a hook of amoCRM and puts it in the queue to Telegram or the spool",
    environment: {
      AMOCRM_CHANNEL_SECRET_ID: secrets.amocrmChannel.secretArn,
      TO_TELEGRAM_QUEUE_URL: toTelegram.queue.queueUrl,
      DELIVERIES_TABLE: tables.deliveries.tableName,
      BODIES_BUCKET: bodies.bucket.bucketName,
    } satisfies AmocrmWebhookVariables,
    // Measured with `bench -- warm`: less memory slows the first webhook of a sandbox,
    // more memory does not help.
    memorySize: 384,
    ...retention,
    onlyWarnings: !logAccepted,
  });
  webhook.allowReading(secrets.amocrmChannel);
  toTelegram.acceptFrom(webhook);
  bodies.acceptFrom(webhook);
  webhook.allow(["dynamodb:PutItem"], [tables.deliveries.tableArn], keysLike("spool:*"));
  return webhook;
}
