import { randomUUID } from "node:crypto";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import { chatsApiHistory } from "../amocrm/chats/client.ts";
import { amocrmOwnWebhook } from "../amocrm/webhook/own-webhook.ts";
import { mainApiTalks } from "../amocrm/main-api/talks.ts";
import { chatsApiScope } from "../amocrm/chats/scope.ts";
import { tokenExpiryMillis } from "../amocrm/main-api/client.ts";
import { dynamoActiveConversations, dynamoConversationStore } from "../aws/conversations.ts";
import {
  dynamoCaretakerReports,
  dynamoDueWaits,
  dynamoSpoolReader,
  dynamoWideReconcileReader,
} from "../aws/caretaker-stores.ts";
import { createDynamoClient, DynamoTable, clientSettings } from "../aws/table.ts";
import { DynamoDeliveryLedger } from "../aws/ledger.ts";
import { dynamoPauseStore } from "../aws/delivery-stores.ts";
import { caretakerFacts, metricsLogger } from "../aws/metrics-logger.ts";
import { s3BodyStore } from "../aws/buckets.ts";
import { withSandboxReport } from "./sandbox-report.ts";
import { secretsManagerSecrets } from "../aws/secrets-manager.ts";
import { sqsEventQueue } from "../aws/queues.ts";
import { NetworkPublicHosts } from "../http/public-hosts.ts";
import { TelegramOwnWebhook } from "../telegram/webhook/own-webhook.ts";
import { createWebhookInspector } from "../telegram/send/inspect-webhook.ts";
import {
  amocrmApiCredentials,
  amocrmChannelCredentials,
  telegramBotCredentials,
  telegramWebhookCredentials,
} from "./credentials.ts";
import { caretakerEnvironment, readEnvironment } from "./environment.ts";
import { activeHoursSince } from "../delivery/activity.ts";
import { silenceMillis } from "../hand-off/end.ts";
import { createPauses } from "../delivery/rate-limits.ts";
import { composeCaretakerRounds } from "./caretaker-rounds.ts";

const now = Date.now;
const secretTimes = { now, timeoutMillis: 3000, maxAgeMillis: 60_000 };
/** amoCRM waits this long, and never repeats a hook. */
const checkMillis = 5000;

/** The caretaker over AWS, Telegram and amoCRM. */
export function composeCaretaker(variables: Readonly<Record<string, string | undefined>>) {
  const environment = readEnvironment(caretakerEnvironment, variables);
  const dynamo = createDynamoClient();
  const secret = secretsManagerSecrets(new SecretsManagerClient({}), secretTimes);
  const channel = secret(environment.AMOCRM_CHANNEL_SECRET_ID, amocrmChannelCredentials);
  const token = secret(environment.TELEGRAM_BOT_TOKEN_SECRET_ID, telegramBotCredentials);
  const webhookSecret = secret(environment.TELEGRAM_WEBHOOK_SECRET_ID, telegramWebhookCredentials);
  const apiToken = secret(environment.AMOCRM_API_TOKEN_SECRET_ID, amocrmApiCredentials);
  const logger = metricsLogger({
    service: "caretaker",
    facts: caretakerFacts,
    namespace: environment.POWERTOOLS_METRICS_NAMESPACE,
  });
  const sqs = new SQSClient(clientSettings);
  const deliveries = new DynamoTable(dynamo, environment.DELIVERIES_TABLE, "id");
  const scope = chatsApiScope({ origin: environment.AMOJO_ORIGIN, channel, now });
  const activeUntil = (untilMillis: () => number) =>
    dynamoActiveConversations(deliveries, (sinceMillis) =>
      activeHoursSince(sinceMillis, untilMillis()),
    );
  const toAmocrm = sqsEventQueue(sqs, environment.TO_AMOCRM_QUEUE_URL);
  const { WEBHOOK_URL: baseUrl, TELEGRAM_API_ROOT: apiRoot } = environment;
  const url = `${baseUrl}/telegram`;
  const timing = { timeoutMillis: checkMillis };
  const caretaker = composeCaretakerRounds({
    reconciling: {
      channel,
      history: chatsApiHistory(scope, now),
      stores: {
        active: activeUntil(now),
        conversations: dynamoConversationStore(
          new DynamoTable(dynamo, environment.CONVERSATIONS_TABLE, "conversationId"),
        ),
        ledger: new DynamoDeliveryLedger(deliveries),
      },
      toTelegram: sqsEventQueue(sqs, environment.TO_TELEGRAM_QUEUE_URL),
      bodies: s3BodyStore(new S3Client({}), environment.BODIES_BUCKET),
      now,
      logger,
    },
    spool: dynamoSpoolReader(deliveries, logger),
    wideReconciles: dynamoWideReconcileReader(deliveries),
    reports: dynamoCaretakerReports(deliveries),
    handOff:
      environment.HAND_OFF === "on-request"
        ? {
            talks: mainApiTalks({ origin: environment.AMOCRM_ORIGIN, token: apiToken, now }),
            pauses: createPauses(dynamoPauseStore(deliveries), now),
            toAmocrm,
            // The round does not read conversations that were active within the last day.
            silent: activeUntil(() => now() - silenceMillis),
          }
        : undefined,
    waiting:
      environment.FINDS_UNANSWERED === "yes"
        ? { waits: dynamoDueWaits(deliveries), toAmocrm }
        : undefined,
    watching: {
      telegram: new TelegramOwnWebhook({ url, secret: webhookSecret, ...timing }),
      amocrm: amocrmOwnWebhook({ baseUrl, channel, ...timing }),
      webhook: createWebhookInspector({ apiRoot, token }),
      webhookUrl: url,
      expiresAtMillis: async () => tokenExpiryMillis((await apiToken.read()).token),
      nonce: randomUUID,
      hosts: new NetworkPublicHosts({
        mediaBaseUrl: environment.MEDIA_BASE_URL,
        certificateHosts: environment.CERTIFICATE_HOSTS,
        timeoutMillis: checkMillis,
      }),
    },
  });
  return withSandboxReport(caretaker);
}
