import { AwsJsonClient } from "../ingest/aws/json-client.ts";
import type { JsonService } from "../ingest/aws/json-client.ts";
import { consoleLogger } from "../aws/console-logger.ts";
import {
  dynamoDb,
  jsonEventQueue,
  jsonSecret,
  jsonSpool,
  secretsManager,
  sqs,
} from "../ingest/aws/stores.ts";
import type { AwsEnvironment } from "../ingest/aws/request-signer.ts";
import { bucketUrlOf, signedBodyWriter } from "../ingest/aws/body-writer.ts";
import { packBody } from "../ingest/pack-body.ts";
import {
  channelCredentialsOf,
  secretMaxAgeMillis,
  webhookCredentialsOf,
} from "../ingest/credentials.ts";
import { amocrmWebhookNames, readNames, telegramWebhookNames } from "./ingest-environment.ts";
import { createAmocrmWebhook } from "../ingest/amocrm-webhook.ts";
import { createTelegramWebhook } from "../ingest/telegram-webhook.ts";
import { withSandboxReport } from "./sandbox-report.ts";
import { prepare } from "../http/time-limit.ts";

const now = Date.now;
const secretTimes = { now, timeoutMillis: 1000, maxAgeMillis: secretMaxAgeMillis };
/** The webhooks store no other lines, unless the stage sets `logAccepted`. */
const onlyWarnings = { level: "warn" } as const;

/** The Telegram webhook over AWS. */
export async function composeTelegramWebhook(variables: AwsEnvironment) {
  const environment = readNames(telegramWebhookNames, variables);
  // The SDK makes as many attempts.
  const aws = openAws(variables, environment.TO_AMOCRM_QUEUE_URL, environment.BODIES_BUCKET, 3);
  const secret = jsonSecret({
    client: aws.clientOf(secretsManager),
    secretId: environment.TELEGRAM_WEBHOOK_SECRET_ID,
    parse: webhookCredentialsOf,
    ...secretTimes,
  });
  await prepare(secret.read(), aws.connected());
  const webhook = createTelegramWebhook({
    botId: environment.TELEGRAM_BOT_ID,
    secret,
    toAmocrm: aws.queue,
    ...aws.ports,
  });
  return withSandboxReport(webhook, onlyWarnings);
}

/** The amoCRM webhook over AWS. */
export async function composeAmocrmWebhook(variables: AwsEnvironment) {
  const environment = readNames(amocrmWebhookNames, variables);
  // One attempt, because the handler counts its seconds itself.
  const aws = openAws(variables, environment.TO_TELEGRAM_QUEUE_URL, environment.BODIES_BUCKET, 1);
  const channel = jsonSecret({
    client: aws.clientOf(secretsManager),
    secretId: environment.AMOCRM_CHANNEL_SECRET_ID,
    parse: channelCredentialsOf,
    ...secretTimes,
  });
  await prepare(channel.read(), aws.connected());
  const spool = jsonSpool(aws.clientOf(dynamoDb), environment.DELIVERIES_TABLE);
  const webhook = createAmocrmWebhook({
    channel,
    toTelegram: aws.queue,
    spool,
    wideReconciles: spool,
    ...aws.ports,
  });
  return withSandboxReport(webhook, onlyWarnings);
}

/** What both webhooks use of AWS. */
function openAws(
  variables: AwsEnvironment,
  queueUrl: string,
  bodiesBucket: string,
  maxAttempts: number,
) {
  const clientOf = (service: JsonService) => {
    const origin =
      variables[`AWS_ENDPOINT_URL_${service.variable}`] ??
      variables["AWS_ENDPOINT_URL"] ??
      // The queue's URL shows how hosts end in this part of AWS:
      // `https://sqs.eu-central-1.amazonaws.com/…`.
      new URL(queueUrl).origin.replace("//sqs.", `//${service.name}.`);
    return new AwsJsonClient({ service, origin, environment: variables, maxAttempts });
  };
  const queue = clientOf(sqs);
  const bodies = signedBodyWriter(bucketUrlOf(bodiesBucket, variables, queueUrl), variables);
  return {
    clientOf,
    queue: jsonEventQueue(queue, queueUrl),
    connected: () => queue.connect(),
    ports: { packBody, bodies, now, logger: consoleLogger },
  };
}
