import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import { consoleLogger } from "../adapters/aws/console-logger.ts";
import { DynamoTable } from "../adapters/aws/dynamo-table.ts";
import { DynamoSpool } from "../adapters/aws/dynamo-spool.ts";
import { SecretsManagerSecret } from "../adapters/aws/secrets-manager-secret.ts";
import { SqsEventQueue } from "../adapters/aws/sqs-event-queue.ts";
import { amocrmChannelCredentials, telegramWebhookCredentials } from "../config/credentials.ts";
import {
  amocrmWebhookEnvironment,
  readEnvironment,
  telegramWebhookEnvironment,
} from "../config/environment.ts";
import { createAmocrmWebhook } from "../handlers/amocrm-webhook.ts";
import { createTelegramWebhook } from "../handlers/telegram-webhook.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** The SDK's own retries are off on the amoCRM side: the handler counts its seconds itself. */
const once = { maxAttempts: 1 };
const secretTimeoutMillis = 1000;
/** A secret that was taken back is refused after this, whether or not its successor was seen. */
const secretMaxAgeMillis = 300_000;

/** The Telegram webhook over AWS. */
export function composeTelegramWebhook(variables: Variables) {
  const environment = readEnvironment(telegramWebhookEnvironment, variables);
  return createTelegramWebhook({
    botId: environment.TELEGRAM_BOT_ID,
    secret: new SecretsManagerSecret({
      client: new SecretsManagerClient({}),
      secretId: environment.TELEGRAM_WEBHOOK_SECRET_ID,
      schema: telegramWebhookCredentials,
      now: Date.now,
      timeoutMillis: secretTimeoutMillis,
      maxAgeMillis: secretMaxAgeMillis,
    }),
    toAmocrm: new SqsEventQueue(new SQSClient({}), environment.TO_AMOCRM_QUEUE_URL),
    now: Date.now,
    logger: consoleLogger,
  });
}

/** The amoCRM webhook over AWS. */
export function composeAmocrmWebhook(variables: Variables) {
  const environment = readEnvironment(amocrmWebhookEnvironment, variables);
  return createAmocrmWebhook({
    channel: new SecretsManagerSecret({
      client: new SecretsManagerClient(once),
      secretId: environment.AMOCRM_CHANNEL_SECRET_ID,
      schema: amocrmChannelCredentials,
      now: Date.now,
      timeoutMillis: secretTimeoutMillis,
      maxAgeMillis: secretMaxAgeMillis,
    }),
    toTelegram: new SqsEventQueue(new SQSClient(once), environment.TO_TELEGRAM_QUEUE_URL),
    spool: new DynamoSpool(
      new DynamoTable(new DynamoDBClient(once), environment.DELIVERIES_TABLE, "id"),
    ),
    now: Date.now,
    logger: consoleLogger,
  });
}
