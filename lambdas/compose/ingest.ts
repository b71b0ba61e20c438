import { AwsJsonClient } from "../ingest/aws/json-client.ts";
import type { JsonService } from "../ingest/aws/json-client.ts";
import { consoleLogger } from "../aws/console-logger.ts";
import {
  JsonEventQueue,
  sqs,
  JsonSecret,
  secretsManager,
  dynamoDb,
  JsonSpool,
  JsonWideReconcileRequests,
} from "../ingest/aws/stores.ts";
import type { AwsEnvironment } from "../ingest/aws/request-signer.ts";
import { bucketUrlOf, SignedBodyWriter } from "../ingest/aws/body-writer.ts";
import { packBody } from "../ingest/pack-body.ts";
import {
  channelCredentialsOf,
  maxAgeMillisOf,
  webhookCredentialsOf,
} from "../ingest/credentials.ts";
import { amocrmWebhookNames, readNames, telegramWebhookNames } from "./ingest-environment.ts";
import { createAmocrmWebhook } from "../ingest/amocrm-webhook.ts";
import { createTelegramWebhook } from "../ingest/telegram-webhook.ts";
import { withSandboxReport } from "./sandbox-report.ts";
import { prepare } from "../aws/time-limit.ts";

/** The SDK makes as many. */
const attempts = 3;
/** The clients of the amoCRM webhook make no retries, because its handler counts its seconds itself. */
const once = 1;
const secretTimes = {
  now: Date.now,
  timeoutMillis: 1000,
  maxAgeMillis: maxAgeMillisOf,
};

/** The webhooks store no other lines, unless the stage sets `logAccepted`. */
const onlyWarnings = { level: "warn" } as const;

/** The Telegram webhook over AWS. */
export async function composeTelegramWebhook(variables: AwsEnvironment) {
  const environment = readNames(telegramWebhookNames, variables);
  const queueUrl = environment.TO_AMOCRM_QUEUE_URL;
  const queue = clientOf(sqs, { variables, queueUrl, maxAttempts: attempts });
  const secret = new JsonSecret({
    client: clientOf(secretsManager, { variables, queueUrl, maxAttempts: attempts }),
    secretId: environment.TELEGRAM_WEBHOOK_SECRET_ID,
    parse: webhookCredentialsOf,
    ...secretTimes,
  });
  await prepare(secret.read(), queue.connect());
  const webhook = createTelegramWebhook({
    botId: environment.TELEGRAM_BOT_ID,
    secret,
    toAmocrm: new JsonEventQueue(queue, queueUrl),
    packBody,
    bodies: new SignedBodyWriter(
      bucketUrlOf(environment.BODIES_BUCKET, variables, queueUrl),
      variables,
    ),
    now: Date.now,
    logger: consoleLogger,
  });
  return withSandboxReport(webhook, onlyWarnings);
}

/** The amoCRM webhook over AWS. */
export async function composeAmocrmWebhook(variables: AwsEnvironment) {
  const environment = readNames(amocrmWebhookNames, variables);
  const queueUrl = environment.TO_TELEGRAM_QUEUE_URL;
  const queue = clientOf(sqs, { variables, queueUrl, maxAttempts: once });
  const table = clientOf(dynamoDb, { variables, queueUrl, maxAttempts: once });
  const channel = new JsonSecret({
    client: clientOf(secretsManager, { variables, queueUrl, maxAttempts: once }),
    secretId: environment.AMOCRM_CHANNEL_SECRET_ID,
    parse: channelCredentialsOf,
    ...secretTimes,
  });
  await prepare(channel.read(), queue.connect());
  const webhook = createAmocrmWebhook({
    channel,
    toTelegram: new JsonEventQueue(queue, queueUrl),
    packBody,
    bodies: new SignedBodyWriter(
      bucketUrlOf(environment.BODIES_BUCKET, variables, queueUrl),
      variables,
    ),
    spool: new JsonSpool(table, environment.DELIVERIES_TABLE),
    wideReconciles: new JsonWideReconcileRequests(table, environment.DELIVERIES_TABLE),
    now: Date.now,
    logger: consoleLogger,
  });
  return withSandboxReport(webhook, onlyWarnings);
}

function clientOf(
  service: JsonService,
  options: { variables: AwsEnvironment; queueUrl: string; maxAttempts: number },
): AwsJsonClient {
  const { variables, queueUrl, maxAttempts } = options;
  const origin =
    variables[`AWS_ENDPOINT_URL_${service.variable}`] ??
    variables["AWS_ENDPOINT_URL"] ??
    // The queue's URL shows how hosts end in this part of AWS:
    // `https://sqs.eu-central-1.amazonaws.com/…`.
    new URL(queueUrl).origin.replace("//sqs.", `//${service.name}.`);
  return new AwsJsonClient({ service, origin, environment: variables, maxAttempts });
}
