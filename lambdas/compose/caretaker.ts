import { randomUUID } from "node:crypto";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import type * as z from "zod/mini";
import { ChatsApiHistory } from "../adapters/amocrm/chats-history.ts";
import { messageEventIdOf } from "../adapters/amocrm/identify.ts";
import { AmocrmOwnWebhook } from "../adapters/amocrm/own-webhook.ts";
import { MainApiTalks } from "../adapters/amocrm/talks-client.ts";
import { ChatsApiScope } from "../adapters/amocrm/scope.ts";
import { tokenExpiryMillis } from "../adapters/amocrm/token-expiry.ts";
import { DynamoActiveConversations } from "../adapters/aws/dynamo-active-conversations.ts";
import { DynamoCaretakerReports } from "../adapters/aws/dynamo-caretaker-reports.ts";
import { createDynamoClient } from "../adapters/aws/dynamo-client.ts";
import { DynamoConversationStore } from "../adapters/aws/dynamo-conversation-store.ts";
import { DynamoDeliveryLedger } from "../adapters/aws/dynamo-delivery-ledger.ts";
import { DynamoPauseStore } from "../adapters/aws/dynamo-pause-store.ts";
import { DynamoSpoolReader } from "../adapters/aws/dynamo-spool-reader.ts";
import { DynamoTable } from "../adapters/aws/dynamo-table.ts";
import { DynamoWideLookReader } from "../adapters/aws/dynamo-wide-look-reader.ts";
import { caretakerFacts } from "../adapters/aws/fact-metrics.ts";
import { S3BodyStore } from "../adapters/aws/s3-body-store.ts";
import { MetricsLogger } from "../adapters/aws/metrics-logger.ts";
import { clientSettings } from "../adapters/aws/client-settings.ts";
import { SecretsManagerSecret } from "../adapters/aws/secrets-manager-secret.ts";
import { SqsEventQueue } from "../adapters/aws/sqs-event-queue.ts";
import { packBody } from "../adapters/bodies/pack-body.ts";
import { TelegramOwnWebhook } from "../adapters/telegram/own-webhook.ts";
import { BotApiWebhookInspector } from "../adapters/telegram/webhook-inspector.ts";
import {
  amocrmApiCredentials,
  amocrmChannelCredentials,
  telegramBotCredentials,
  telegramWebhookCredentials,
} from "../config/credentials.ts";
import { caretakerEnvironment, readEnvironment } from "../config/environment.ts";
import { activeHoursSince } from "../domain/activity.ts";
import { checkWebhooks } from "../domain/check-webhooks.ts";
import { drainSpool } from "../domain/drain-spool.ts";
import { closeEnded } from "../domain/hand-off/close-ended.ts";
import { closeSilent, silenceMillis } from "../domain/hand-off/close-silent.ts";
import { createLooksByWindow } from "../domain/looks.ts";
import type { Looks } from "../domain/looks.ts";
import { patientHistory } from "../domain/patient-history.ts";
import { createPauses } from "../domain/pauses.ts";
import { reconcile } from "../domain/reconcile.ts";
import type { ReconcileReport } from "../domain/reconcile.ts";
import { watchApiToken } from "../domain/watch-api-token.ts";
import { watchWebhook } from "../domain/watch-webhook.ts";
import { createWideLook } from "../domain/wide-look.ts";
import { createCaretaker } from "../handlers/caretaker.ts";
import { SecretUnset } from "../ports/secret.ts";

const now = Date.now;
const secretOptions = { now, timeoutMillis: 3000, maxAgeMillis: 60_000 };
const hourMillis = 3_600_000;
const wideHours = 24;
/** Of the 55 s that the function has. */
const reconcileMillis = 40_000;
/** As long as amoCRM waits, and never repeats. */
const checkMillis = 5000;

/** The caretaker over AWS, Telegram and amoCRM. */
export function composeCaretaker(variables: Readonly<Record<string, string | undefined>>) {
  const environment = readEnvironment(caretakerEnvironment, variables);
  const client = new SecretsManagerClient({});
  const dynamo = createDynamoClient();
  const secret = <Schema extends z.ZodMiniType>(secretId: string, schema: Schema) =>
    new SecretsManagerSecret({ client, secretId, schema, ...secretOptions });
  const channel = secret(environment.AMOCRM_CHANNEL_SECRET_ID, amocrmChannelCredentials);
  const isConnected = () =>
    channel.read().then(
      () => true,
      (error: unknown) => !(error instanceof SecretUnset),
    );
  const token = secret(environment.TELEGRAM_BOT_TOKEN_SECRET_ID, telegramBotCredentials);
  const webhookSecret = secret(environment.TELEGRAM_WEBHOOK_SECRET_ID, telegramWebhookCredentials);
  const apiToken = secret(environment.AMOCRM_API_TOKEN_SECRET_ID, amocrmApiCredentials);
  const logger = new MetricsLogger({
    teller: "caretaker",
    facts: caretakerFacts,
    namespace: environment.POWERTOOLS_METRICS_NAMESPACE,
  });
  const sqs = new SQSClient(clientSettings);
  const toTelegram = new SqsEventQueue(sqs, environment.TO_TELEGRAM_QUEUE_URL);
  const conversations = new DynamoConversationStore(
    new DynamoTable(dynamo, environment.CONVERSATIONS_TABLE, "conversationId"),
  );
  const deliveries = new DynamoTable(dynamo, environment.DELIVERIES_TABLE, "id");
  const ledger = new DynamoDeliveryLedger(deliveries);
  const scope = new ChatsApiScope({ origin: environment.AMOJO_ORIGIN, channel, now });
  const activeUntil = (untilMillis: () => number) =>
    new DynamoActiveConversations({
      client: dynamo,
      table: environment.DELIVERIES_TABLE,
      hoursSince: (sinceMillis) => activeHoursSince(sinceMillis, untilMillis()),
    });
  const active = activeUntil(now);
  const bodies = new S3BodyStore(new S3Client({}), environment.BODIES_BUCKET);
  const looksWithin = createLooksByWindow();
  const reconcileWithin = async (windowHours: number, looks: Looks) => {
    const sinceMillis = now() - windowHours * hourMillis;
    const { scopeId, connectedAtMillis = 0 } = await channel.read();
    const hookIdOf = (amocrmMessageId: string) => messageEventIdOf(scopeId, amocrmMessageId);
    const history = patientHistory(new ChatsApiHistory(scope, now), { conversations, now });
    const window = { sinceMillis, connectedAtMillis, deadlineMillis: now() + reconcileMillis };
    const found = { ledger, toTelegram, packBody, bodies };
    const deps = { active, conversations, history, looks, ...found, now, logger };
    return reconcile(window, { ...deps, scopeId, hookIdOf });
  };
  const findingsOf = ({ found: foundLost }: ReconcileReport) => ({
    reconciledAtMillis: now(),
    foundLost,
  });
  const wideLook = createWideLook({
    requests: new DynamoWideLookReader(dynamo, environment.DELIVERIES_TABLE),
    reconcile: (looks) => reconcileWithin(wideHours, looks),
    now,
    logger,
  });
  const toAmocrm = new SqsEventQueue(sqs, environment.TO_AMOCRM_QUEUE_URL);
  const closeEndedTalks = async (windowHours: number) => {
    const talks = new MainApiTalks({ origin: environment.AMOCRM_ORIGIN, token: apiToken, now });
    const pauses = createPauses(new DynamoPauseStore(deliveries), now);
    const deps = { active, conversations, talks, pauses, toAmocrm, now, logger };
    await closeEnded(now() - windowHours * hourMillis, deps);
  };
  const closeSilentTalks = async () => {
    await closeSilent({
      // Whoever was active within the last day alone is not read at all.
      active: activeUntil(() => now() - silenceMillis),
      conversations,
      toAmocrm,
      now,
      logger,
    });
  };
  const checkOwnWebhooks = () => {
    const { WEBHOOK_URL: baseUrl } = environment;
    const call = { timeoutMillis: checkMillis };
    return checkWebhooks({
      telegram: new TelegramOwnWebhook({
        url: `${baseUrl}/telegram`,
        secret: webhookSecret,
        ...call,
      }),
      amocrm: new AmocrmOwnWebhook({ baseUrl, channel, ...call }),
      nonce: randomUUID,
      now,
      logger,
    });
  };
  return createCaretaker({
    rounds: {
      drainSpool: async () => {
        await drainSpool({
          spool: new DynamoSpoolReader(dynamo, environment.DELIVERIES_TABLE, logger),
          queue: toTelegram,
          logger,
        });
      },
      reconcile: async (hours) => findingsOf(await reconcileWithin(hours, looksWithin(hours))),
      wideLook: async () => {
        const report = await wideLook();
        return report === undefined ? {} : findingsOf(report);
      },
      watchWebhook: () => {
        const apiRoot = environment.TELEGRAM_API_ROOT;
        const webhook = new BotApiWebhookInspector({ apiRoot, token });
        const deps = { webhook, isConnected, now, logger };
        return watchWebhook(`${environment.WEBHOOK_URL}/telegram`, deps);
      },
      checkWebhooks: checkOwnWebhooks,
      watchApiToken: () => {
        const expiresAtMillis = async () => tokenExpiryMillis((await apiToken.read()).token);
        return watchApiToken({ expiresAtMillis, now, logger });
      },
      ...(environment.HAND_OFF === "on-request"
        ? { closeSilent: closeSilentTalks, closeEnded: closeEndedTalks }
        : {}),
    },
    reports: new DynamoCaretakerReports(deliveries),
    now,
    logger,
  });
}
