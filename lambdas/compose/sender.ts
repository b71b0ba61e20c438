import { setTimeout as sleep } from "node:timers/promises";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import type * as z from "zod/mini";
import { AttachmentFiles } from "../amocrm/chats/attachments.ts";
import { createDynamoClient, DynamoTable, clientSettings } from "../aws/table.ts";
import {
  DynamoContactMarks,
  DynamoCrmHealth,
  DynamoEchoMemory,
  DynamoFailedAttempts,
  DynamoPauseStore,
  DynamoShownPieces,
  DynamoTranscript,
} from "../aws/delivery-stores.ts";
import { DynamoConversationStore, DynamoKnownChats } from "../aws/conversations.ts";
import { DynamoDeliveryLedger } from "../aws/ledger.ts";
import { senderFacts, MetricsLogger } from "../aws/metrics-logger.ts";
import { terseLogger } from "../aws/console-logger.ts";
import { S3BodyStore, S3MediaStore } from "../aws/buckets.ts";
import { openConnection } from "../http/keep-alive.ts";
import { fixedSecret } from "../model/runtime.ts";
import { SecretsManagerSecret } from "../aws/secrets-manager.ts";
import { SqsEventQueue, SqsRedelivery } from "../aws/queues.ts";
import { ComposedBot } from "../bot/composed-bot.ts";
import { answers } from "../bot/answers.ts";
import {
  amocrmApiCredentials,
  amocrmChannelCredentials,
  telegramBotCredentials,
} from "./credentials.ts";
import { deliverySenderEnvironment, readEnvironment } from "./environment.ts";
import { largestToCustomerBytes } from "../operator-to-customer/file.ts";
import { withOwnTexts } from "../texts/texts.ts";
import { createThrottle } from "../delivery/throttle.ts";
import { createPauses } from "../delivery/rate-limits.ts";
import { composeDelivery } from "./delivery.ts";
import { withSandboxReport } from "./sandbox-report.ts";
import { prepare } from "../aws/time-limit.ts";
import { composeVendors } from "./vendors.ts";

const now = Date.now;
const secretTimeoutMillis = 3000;
const connectionMillis = 1000;
const attachmentTimeoutMillis = 10_000;
/** When a vendor refuses a secret, the sender reads it again at once, whatever its age. */
const secretMaxAgeMillis = 30 * 60_000;
/** No vendor refuses a token that is set for the first time. So the sender may see it this late. */
const firstTokenMillis = 5 * 60_000;

/** The sender over AWS, Telegram and amoCRM. */
export async function composeDeliverySender(
  variables: Readonly<Record<string, string | undefined>>,
) {
  const environment = readEnvironment(deliverySenderEnvironment, variables);
  const secrets = new SecretsManagerClient({});
  const secret = <Schema extends z.ZodMiniType>(
    secretId: string,
    schema: Schema,
    maxAgeMillis = secretMaxAgeMillis,
  ) =>
    new SecretsManagerSecret({
      client: secrets,
      secretId,
      schema,
      now,
      timeoutMillis: secretTimeoutMillis,
      maxAgeMillis,
    });
  const dynamo = createDynamoClient();
  const deliveries = new DynamoTable(dynamo, environment.DELIVERIES_TABLE, "id");
  const chats = new DynamoTable(dynamo, environment.CONVERSATIONS_TABLE, "conversationId");
  const conversations = new DynamoConversationStore(chats);
  const botId = environment.TELEGRAM_BOT_ID;
  const channel = secret(environment.AMOCRM_CHANNEL_SECRET_ID, amocrmChannelCredentials);
  const botToken = secret(environment.TELEGRAM_BOT_TOKEN_SECRET_ID, telegramBotCredentials);
  const pauses = createPauses(new DynamoPauseStore(deliveries), now);
  await prepare(
    channel.read(),
    botToken.read(),
    // Every delivery reads this first. All its reads use the same connection.
    pauses.untilMillis("to-amocrm"),
    ...[environment.AMOJO_ORIGIN, environment.TELEGRAM_API_ROOT].map((each) =>
      openConnection(each, connectionMillis),
    ),
  );
  const logger = new MetricsLogger({
    service: "sender",
    facts: senderFacts,
    namespace: environment.POWERTOOLS_METRICS_NAMESPACE,
    plain: terseLogger,
  });
  const throttle = createThrottle(environment.TO_TELEGRAM_CONCURRENCY, { now, sleep });
  const crmHealth = new DynamoCrmHealth(deliveries);
  const sendsOutageNotices = environment.REASSURE_CUSTOMERS === "yes";
  const vendors = composeVendors({
    origins: {
      amojo: environment.AMOJO_ORIGIN,
      amocrm: environment.AMOCRM_ORIGIN,
      telegram: environment.TELEGRAM_API_ROOT,
    },
    bot: { id: environment.AMOCRM_BOT_ID, name: environment.AMOCRM_BOT_NAME },
    secrets: {
      channel,
      apiToken:
        environment.AMOCRM_API_TOKEN_SECRET_ID === ""
          ? fixedSecret({ token: "" })
          : secret(environment.AMOCRM_API_TOKEN_SECRET_ID, amocrmApiCredentials, firstTokenMillis),
      botToken,
    },
    stores: { conversations, pauses },
    clock: { now, throttle },
    http: sendsOutageNotices ? { onCrmSuccess: () => crmHealth.noteSuccess(now()) } : {},
  });
  const sqs = new SQSClient(clientSettings);
  const s3 = new S3Client({});
  const queueUrls = {
    "to-amocrm": environment.TO_AMOCRM_QUEUE_URL,
    "to-telegram": environment.TO_TELEGRAM_QUEUE_URL,
  };
  const { crm, history, contacts, messenger, files, botAddress } = vendors;
  const sender = composeDelivery({
    settings: {
      botId,
      operatorLanguage: environment.OPERATOR_LANGUAGE,
      askPhone: environment.ASK_PHONE,
      texts: withOwnTexts(environment.TEXTS),
    },
    amocrm: {
      channel,
      crm,
      history,
      contacts,
      ...(sendsOutageNotices ? { health: crmHealth } : {}),
    },
    telegram: {
      messenger,
      files,
      botAddress,
      bot: environment.HAND_OFF === "on-request" ? new ComposedBot(answers, botId) : undefined,
    },
    stores: {
      ledger: new DynamoDeliveryLedger(deliveries),
      conversations,
      knownChats: new DynamoKnownChats(dynamo, environment.CONVERSATIONS_TABLE),
      contactMarks: new DynamoContactMarks(deliveries),
      echoMemory: new DynamoEchoMemory(deliveries),
      shownPieces: new DynamoShownPieces(deliveries),
      transcript: new DynamoTranscript(deliveries),
      pauses,
      failedAttempts: new DynamoFailedAttempts(deliveries),
    },
    files: {
      operatorFiles: new AttachmentFiles({
        allowedHosts: environment.MEDIA_ALLOWED_HOSTS,
        maxBytes: largestToCustomerBytes,
        timeoutMillis: attachmentTimeoutMillis,
      }),
      mediaStore: new S3MediaStore({
        client: s3,
        bucket: environment.MEDIA_BUCKET,
        baseUrl: environment.MEDIA_BASE_URL,
      }),
      bodies: new S3BodyStore(s3, environment.BODIES_BUCKET),
    },
    queues: {
      names: {
        "to-amocrm": lastSegment(queueUrls["to-amocrm"]),
        "to-telegram": lastSegment(queueUrls["to-telegram"]),
      },
      toAmocrm: new SqsEventQueue(sqs, queueUrls["to-amocrm"]),
      toTelegram: new SqsEventQueue(sqs, queueUrls["to-telegram"]),
      redelivery: new SqsRedelivery(sqs, queueUrls),
      leaseMillis: environment.LEASE_SECONDS * 1000,
    },
    clock: { now, random: Math.random, throttle },
    logger,
  });
  return withSandboxReport(sender);
}

/** A queue's URL ends with its name, and so does its ARN. */
function lastSegment(queueUrl: string): string {
  return queueUrl.slice(queueUrl.lastIndexOf("/") + 1);
}
