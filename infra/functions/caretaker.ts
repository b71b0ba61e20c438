import type { Stack } from "aws-cdk-lib";
import type { CaretakerVariables } from "../../lambdas/compose/environment.ts";
import { BridgeFunction } from "../constructs/bridge-function.ts";
import { indexes, keysLike } from "../constructs/bridge-tables.ts";
import { MinuteSchedule } from "../constructs/minute-schedule.ts";
import type { WebhookApi } from "../constructs/webhook-api.ts";
import type { BridgeParts } from "./parts.ts";

/**
 * Brings back, every minute, what was spooled or lost on its way to Telegram, and ends talks that
 * have fallen silent or were closed in amoCRM, where a bot takes over again.
 */
export function addCaretaker(stack: Stack, parts: BridgeParts, api: WebhookApi): BridgeFunction {
  const { settings, retention, secrets, tables, bodies, toAmocrm, toTelegram } = parts;
  const caretaker = new BridgeFunction(stack, "Caretaker", {
    entrypoint: "caretaker",
    description: "Drains the spool, finds lost hooks, ends silent talks, watches the webhook",
    environment: {
      POWERTOOLS_METRICS_NAMESPACE: stack.stackName,
      TELEGRAM_BOT_TOKEN_SECRET_ID: secrets.telegramBotToken.secretArn,
      TELEGRAM_API_ROOT: settings.telegram.apiRoot,
      WEBHOOK_URL: api.url,
      TELEGRAM_WEBHOOK_SECRET_ID: secrets.telegramWebhook.secretArn,
      AMOCRM_CHANNEL_SECRET_ID: secrets.amocrmChannel.secretArn,
      AMOCRM_API_TOKEN_SECRET_ID: secrets.amocrmApiToken.secretArn,
      AMOJO_ORIGIN: settings.amocrm.amojoOrigin,
      AMOCRM_ORIGIN: settings.amocrm.origin,
      HAND_OFF: settings.handOff,
      TO_AMOCRM_QUEUE_URL: toAmocrm.queue.queueUrl,
      TO_TELEGRAM_QUEUE_URL: toTelegram.queue.queueUrl,
      CONVERSATIONS_TABLE: tables.conversations.tableName,
      DELIVERIES_TABLE: tables.deliveries.tableName,
      BODIES_BUCKET: bodies.bucket.bucketName,
    } satisfies CaretakerVariables,
    ...retention,
  });
  const { telegramWebhook, telegramBotToken, amocrmChannel, amocrmApiToken } = secrets;
  caretaker.allowReading(telegramWebhook, telegramBotToken, amocrmChannel, amocrmApiToken);
  toTelegram.acceptFrom(caretaker);
  bodies.acceptFrom(caretaker);

  const { conversations, deliveries } = tables;
  caretaker.allow(["dynamodb:GetItem"], [conversations.tableArn, deliveries.tableArn]);
  caretaker.allow(
    ["dynamodb:Query"],
    [indexes.active, indexes.parked].map((index) => `${deliveries.tableArn}/index/${index}`),
  );
  // It remembers what it found and removes what it drained; the ledger's own items are the sender's.
  caretaker.allow(["dynamodb:PutItem"], [deliveries.tableArn], keysLike("found:*"));
  caretaker.allow(["dynamodb:DeleteItem"], [deliveries.tableArn], keysLike("spool:*"));
  caretaker.allow(["dynamodb:UpdateItem"], [deliveries.tableArn], keysLike("caretaker:*"));
  if (settings.handOff === "on-request") {
    toAmocrm.acceptFrom(caretaker);
    // It looks at operators' talks, and a main API that asks for rest gets it from everybody.
    caretaker.allow(["dynamodb:PutItem"], [deliveries.tableArn], keysLike("pause:main-api"));
  }

  new MinuteSchedule(stack, "CaretakerSchedule", { target: caretaker });
  return caretaker;
}
