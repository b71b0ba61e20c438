import { setTimeout as sleep } from "node:timers/promises";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { attachmentFiles } from "../amocrm/chats/attachments.ts";
import { createDynamoClient, DynamoTable, clientSettings } from "../aws/table.ts";
import {
  dynamoContactMarks,
  dynamoCrmHealth,
  dynamoEchoMemory,
  dynamoFailedAttempts,
  dynamoPauseStore,
  dynamoShownPieces,
  dynamoTranscript,
  dynamoWaitList,
} from "../aws/delivery-stores.ts";
import { dynamoLeadLocks } from "../aws/lead-locks.ts";
import { DynamoDeepLinks } from "../aws/deep-links.ts";
import { dynamoConversationStore, dynamoKnownChats } from "../aws/conversations.ts";
import { DynamoDeliveryLedger } from "../aws/ledger.ts";
import { senderFacts, metricsLogger } from "../aws/metrics-logger.ts";
import { terseLogger } from "../aws/console-logger.ts";
import { s3BodyStore, s3MediaStore } from "../aws/buckets.ts";
import { openConnection } from "../http/keep-alive.ts";
import { fixedSecret } from "../model/runtime.ts";
import { secretsManagerSecrets } from "../aws/secrets-manager.ts";
import { sqsEventQueue, sqsRedelivery } from "../aws/queues.ts";
import { ComposedBot } from "../bot/composed-bot.ts";
import { answers } from "../bot/answers.ts";
import {
  amocrmApiCredentials,
  amocrmChannelCredentials,
  deepLinkCredentials,
  telegramBotCredentials,
} from "./credentials.ts";
import { deliverySenderEnvironment, readEnvironment } from "./environment.ts";
import { largestToCustomerBytes } from "../operator-to-customer/file.ts";
import { withOwnTexts } from "../texts/texts.ts";
import { createThrottle } from "../delivery/throttle.ts";
import { createPauses } from "../delivery/rate-limits.ts";
import { composeDelivery } from "./delivery.ts";
import { withSandboxReport } from "./sandbox-report.ts";
import { prepare } from "../http/time-limit.ts";
import { composeVendors } from "./vendors.ts";

const now = Date.now;
const connectionMillis = 1000;
const attachmentTimeoutMillis = 10_000;
/** When a vendor refuses a secret, the sender reads it again at once, whatever its age. */
const secretTimes = { now, timeoutMillis: 3000, maxAgeMillis: 30 * 60_000 };
/** No vendor refuses a token that is set for the first time. So the sender may see it this late. */
const firstTokenMillis = 5 * 60_000;

/** The sender over AWS, Telegram and amoCRM. */
export async function composeDeliverySender(
  variables: Readonly<Record<string, string | undefined>>,
) {
  const environment = readEnvironment(deliverySenderEnvironment, variables);
  const secret = secretsManagerSecrets(new SecretsManagerClient({}), secretTimes);
  const dynamo = createDynamoClient();
  const deliveries = new DynamoTable(dynamo, environment.DELIVERIES_TABLE, "id");
  const chats = new DynamoTable(dynamo, environment.CONVERSATIONS_TABLE, "conversationId");
  const conversations = dynamoConversationStore(chats);
  const botId = environment.TELEGRAM_BOT_ID;
  const channel = secret(environment.AMOCRM_CHANNEL_SECRET_ID, amocrmChannelCredentials);
  const botToken = secret(environment.TELEGRAM_BOT_TOKEN_SECRET_ID, telegramBotCredentials);
  const pauses = createPauses(dynamoPauseStore(deliveries), now);
  await prepare(
    channel.read(),
    botToken.read(),
    // Every delivery reads this first. All its reads use the same connection.
    pauses.untilMillis("to-amocrm"),
    ...[environment.AMOJO_ORIGIN, environment.TELEGRAM_API_ROOT].map((each) =>
      openConnection(each, connectionMillis),
    ),
  );
  const logger = metricsLogger({
    service: "sender",
    facts: senderFacts,
    namespace: environment.POWERTOOLS_METRICS_NAMESPACE,
    plain: terseLogger,
  });
  const throttle = createThrottle(environment.TO_TELEGRAM_CONCURRENCY, { now, sleep });
  const crmHealth = dynamoCrmHealth(deliveries);
  const sendsOutageNotices = environment.REASSURE_CUSTOMERS === "yes";
  const vendors = composeVendors({
    origins: {
      amojo: environment.AMOJO_ORIGIN,
      amocrm: environment.AMOCRM_ORIGIN,
      telegram: environment.TELEGRAM_API_ROOT,
    },
    bot: { id: environment.AMOCRM_BOT_ID, name: environment.AMOCRM_BOT_NAME },
    contactFields: environment.CONTACT_FIELDS,
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
  const { crm, history, contacts, leads, talks, tasks, messenger, files, botAddress } = vendors;
  const sender = composeDelivery({
    settings: {
      botId,
      operatorLanguage: environment.OPERATOR_LANGUAGE,
      askPhone: environment.ASK_PHONE,
      texts: withOwnTexts(environment.TEXTS),
      callsMainApi: environment.AMOCRM_API_TOKEN_SECRET_ID !== "",
      sources: environment.LEADS?.sources ?? [],
      workingHours: environment.WORKING_HOURS,
      unanswered: environment.UNANSWERED,
      closeTalks: environment.CLOSE_TALKS,
    },
    deepLinks: {
      keys: secret(environment.DEEP_LINK_KEY_SECRET_ID, deepLinkCredentials),
      links: new DynamoDeepLinks(deliveries),
    },
    leadPlan: environment.LEADS,
    amocrm: {
      channel,
      crm,
      history,
      contacts,
      leads,
      talks,
      tasks,
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
      knownChats: dynamoKnownChats(chats),
      contactMarks: dynamoContactMarks(deliveries),
      leadLocks: dynamoLeadLocks(deliveries),
      echoMemory: dynamoEchoMemory(deliveries),
      shownPieces: dynamoShownPieces(deliveries),
      transcript: dynamoTranscript(deliveries),
      waits: dynamoWaitList(deliveries),
      pauses,
      failedAttempts: dynamoFailedAttempts(deliveries),
    },
    files: {
      operatorFiles: attachmentFiles({
        allowedHosts: environment.MEDIA_ALLOWED_HOSTS,
        maxBytes: largestToCustomerBytes,
        timeoutMillis: attachmentTimeoutMillis,
      }),
      mediaStore: s3MediaStore({
        client: s3,
        bucket: environment.MEDIA_BUCKET,
        baseUrl: environment.MEDIA_BASE_URL,
      }),
      bodies: s3BodyStore(s3, environment.BODIES_BUCKET),
    },
    queues: {
      names: {
        "to-amocrm": lastSegment(queueUrls["to-amocrm"]),
        "to-telegram": lastSegment(queueUrls["to-telegram"]),
      },
      toAmocrm: sqsEventQueue(sqs, queueUrls["to-amocrm"]),
      toTelegram: sqsEventQueue(sqs, queueUrls["to-telegram"]),
      redelivery: sqsRedelivery(sqs, queueUrls),
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
