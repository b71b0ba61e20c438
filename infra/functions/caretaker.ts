import type { Stack } from "aws-cdk-lib";
import type { CaretakerVariables } from "../../lambdas/compose/environment.ts";
import { BridgeFunction } from "../constructs/bridge-function.ts";
import { indexes, keysLike } from "../constructs/bridge-tables.ts";
import { MinuteSchedule } from "../constructs/minute-schedule.ts";
import type { WebhookApi } from "../constructs/webhook-api.ts";
import type { BridgeParts } from "./parts.ts";

/**
 * Adds the function that runs every minute. It sends again hooks that were spooled or lost on the way
 * to Telegram. It also ends talks that are silent or closed in amoCRM: there a bot takes over again.
 */
export function addCaretaker(stack: Stack, parts: BridgeParts, api: WebhookApi): BridgeFunction {
  const { settings, retention, secrets, tables, media, bodies, toAmocrm, toTelegram } = parts;
  const caretaker = new BridgeFunction(stack, "Caretaker", {
    entrypoint: "caretaker",
    description: "Drains the spool, finds lost hooks, ends silent talks, checks the public hosts",
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
      FINDS_UNANSWERED: settings.unanswered === undefined ? "no" : "yes",
      TO_AMOCRM_QUEUE_URL: toAmocrm.queue.queueUrl,
      TO_TELEGRAM_QUEUE_URL: toTelegram.queue.queueUrl,
      CONVERSATIONS_TABLE: tables.conversations.tableName,
      DELIVERIES_TABLE: tables.deliveries.tableName,
      BODIES_BUCKET: bodies.bucket.bucketName,
      MEDIA_BASE_URL: media.baseUrl,
      CERTIFICATE_HOSTS: [settings.domain?.host, settings.mediaDomain?.host]
        .filter((host) => host !== undefined)
        .join(","),
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
  // The caretaker records lost hooks and removes drained ones. Only the sender
  // writes the ledger's own items.
  caretaker.allow(["dynamodb:PutItem"], [deliveries.tableArn], keysLike("found:*"));
  caretaker.allow(["dynamodb:DeleteItem"], [deliveries.tableArn], keysLike("spool:*"));
  caretaker.allow(["dynamodb:UpdateItem"], [deliveries.tableArn], keysLike("caretaker:*"));
  if (settings.handOff === "on-request" || settings.unanswered !== undefined) {
    toAmocrm.acceptFrom(caretaker);
  }
  if (settings.unanswered !== undefined) {
    caretaker.allow(["dynamodb:DeleteItem"], [deliveries.tableArn], keysLike("wait:*"));
  }
  if (settings.handOff === "on-request") {
    // The caretaker reads operators' talks. When the main API asks for a pause, all callers must keep
    // it, so the caretaker records it.
    caretaker.allow(["dynamodb:PutItem"], [deliveries.tableArn], keysLike("pause:main-api"));
  }

  new MinuteSchedule(stack, "CaretakerSchedule", { target: caretaker });
  return caretaker;
}
