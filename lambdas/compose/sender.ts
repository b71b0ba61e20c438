import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import type * as z from "zod/mini";
import { ChatsApiHistory } from "../adapters/amocrm/chats-history.ts";
import { ChatsApiScope } from "../adapters/amocrm/scope.ts";
import { ChatsApiCrm } from "../adapters/amocrm/chats-client.ts";
import { MainApiContacts } from "../adapters/amocrm/contacts-client.ts";
import { decodeHook } from "../adapters/amocrm/decode.ts";
import { messageEventIdOf } from "../adapters/amocrm/identify.ts";
import { verifyHook } from "../adapters/amocrm/signature.ts";
import { consoleLogger as logger } from "../adapters/aws/console-logger.ts";
import { DynamoConversationStore } from "../adapters/aws/dynamo-conversation-store.ts";
import { DynamoCrmHealth } from "../adapters/aws/dynamo-crm-health.ts";
import { DynamoDeliveryLedger } from "../adapters/aws/dynamo-delivery-ledger.ts";
import { DynamoEchoMemory } from "../adapters/aws/dynamo-echo-memory.ts";
import { DynamoPauseStore } from "../adapters/aws/dynamo-pause-store.ts";
import { DynamoTable } from "../adapters/aws/dynamo-table.ts";
import { SecretsManagerSecret } from "../adapters/aws/secrets-manager-secret.ts";
import { SqsEventQueue } from "../adapters/aws/sqs-event-queue.ts";
import { SqsRedelivery } from "../adapters/aws/sqs-redelivery.ts";
import { BotApiMessenger } from "../adapters/telegram/client.ts";
import { decodeUpdate } from "../adapters/telegram/decode.ts";
import {
  amocrmApiCredentials,
  amocrmChannelCredentials,
  secretsInUse,
  telegramBotCredentials,
} from "../config/credentials.ts";
import type { AmocrmChannelCredentials } from "../config/credentials.ts";
import { deliverySenderEnvironment, readEnvironment } from "../config/environment.ts";
import { attentiveMessenger, patientMessenger } from "../domain/attentive-messenger.ts";
import { createEchoGuard } from "../domain/echo.ts";
import { createJobs } from "../domain/jobs.ts";
import { createOpenConversation } from "../domain/open-conversation.ts";
import { isOvertaken } from "../domain/overtaken.ts";
import { createReassure } from "../domain/reassure.ts";
import { patientHistory } from "../domain/patient-history.ts";
import { createPauses } from "../domain/pauses.ts";
import { createTellOperator } from "../domain/tell-operator.ts";
import { createDeliverySender } from "../handlers/delivery-sender.ts";
import type { Envelope } from "../model/envelope.ts";

const now = Date.now;
const secretTimeoutMillis = 3000;
/** A token set or changed by a person is in use after this, at the latest. */
const secretMaxAgeMillis = 60_000;

/** The sender over AWS, Telegram and amoCRM. */
export function composeDeliverySender(variables: Readonly<Record<string, string | undefined>>) {
  const environment = readEnvironment(deliverySenderEnvironment, variables);
  const secrets = new SecretsManagerClient({});
  const secret = <Schema extends z.ZodMiniType>(secretId: string, schema: Schema) =>
    new SecretsManagerSecret({
      client: secrets,
      secretId,
      schema,
      now,
      timeoutMillis: secretTimeoutMillis,
      maxAgeMillis: secretMaxAgeMillis,
    });
  const sqs = new SQSClient({});
  const dynamo = new DynamoDBClient({});
  const deliveries = new DynamoTable(dynamo, environment.DELIVERIES_TABLE, "id");
  const ledger = new DynamoDeliveryLedger(deliveries);
  const conversations = new DynamoConversationStore(
    new DynamoTable(dynamo, environment.CONVERSATIONS_TABLE, "conversationId"),
  );
  const channel = secret(environment.AMOCRM_CHANNEL_SECRET_ID, amocrmChannelCredentials);
  const botId = environment.TELEGRAM_BOT_ID;
  const language = environment.OPERATOR_LANGUAGE;
  const health = new DynamoCrmHealth(deliveries);
  const isReassuring = environment.REASSURE_CUSTOMERS === "yes";
  const scope = new ChatsApiScope({
    origin: environment.AMOJO_ORIGIN,
    channel,
    now,
    ...(isReassuring ? { onSuccess: () => health.noteSuccess(now()) } : {}),
  });
  const history = patientHistory(new ChatsApiHistory(scope, now), { conversations, now });
  const crm = new ChatsApiCrm({
    scope,
    history,
    bot: { id: environment.AMOCRM_BOT_ID, name: environment.AMOCRM_BOT_NAME },
  });
  const contacts = new MainApiContacts({
    origin: environment.AMOCRM_ORIGIN,
    token: secret(environment.AMOCRM_API_TOKEN_SECRET_ID, amocrmApiCredentials),
    now,
  });
  const botApi = new BotApiMessenger({
    apiRoot: environment.TELEGRAM_API_ROOT,
    token: secret(environment.TELEGRAM_BOT_TOKEN_SECRET_ID, telegramBotCredentials),
  });
  const pauses = createPauses(new DynamoPauseStore(deliveries), now);
  const patient = patientMessenger(botApi, { pauses, now });
  const messenger = attentiveMessenger(patient, { conversations, botId, now });
  const toAmocrm = new SqsEventQueue(sqs, environment.TO_AMOCRM_QUEUE_URL);
  const toTelegram = new SqsEventQueue(sqs, environment.TO_TELEGRAM_QUEUE_URL);
  const languageOf = ({ body }: Envelope) => {
    const event = decodeUpdate(Buffer.from(body, "base64"), botId);
    return event.kind === "message" || event.kind === "edit" ? event.customer.language : "en";
  };
  const queueUrls = {
    "to-amocrm": environment.TO_AMOCRM_QUEUE_URL,
    "to-telegram": environment.TO_TELEGRAM_QUEUE_URL,
  };
  return createDeliverySender({
    ledger,
    now,
    random: Math.random,
    logger,
    leaseMillis: environment.LEASE_SECONDS * 1000,
    pauses,
    jobFor: createJobs({
      crm,
      messenger,
      botId,
      logger,
      operatorLanguage: language,
      openConversation: createOpenConversation({
        crm,
        contacts,
        conversations,
        now,
        logger,
        pauses,
      }),
      conversations,
      echo: createEchoGuard({
        memory: new DynamoEchoMemory(deliveries),
        history,
        conversations,
        now,
      }),
      now,
      stateOf: (eventId) => ledger.stateOf(eventId),
      isOvertaken: async (event) => {
        const { scopeId } = await channel.read();
        const hookIdOf = (amocrmMessageId: string) => messageEventIdOf(scopeId, amocrmMessageId);
        return isOvertaken(event, { history, ledger, hookIdOf });
      },
      isAuthentic: async ({ body, signature, scopeId, receivedAtMillis }: Envelope) => {
        const bytes = Buffer.from(body, "base64");
        const fits = (known: AmocrmChannelCredentials) =>
          scopeId === known.scopeId && verifyHook(bytes, signature ?? "", secretsInUse(known));
        // Refused only by a secret that was read after the hook came.
        return fits(await channel.read()) || fits(await channel.readSince(receivedAtMillis));
      },
      decodeTelegram: (body) => decodeUpdate(body, botId),
      decodeAmocrm: decodeHook,
    }),
    ...(isReassuring
      ? { whileWaiting: createReassure({ health, conversations, toTelegram, now, languageOf }) }
      : {}),
    tell: createTellOperator({ crm, toAmocrm, language, now, logger, conversations }),
    redelivery: new SqsRedelivery(sqs, queueUrls),
    queueNames: {
      "to-amocrm": lastSegment(queueUrls["to-amocrm"]),
      "to-telegram": lastSegment(queueUrls["to-telegram"]),
    },
  });
}

/** A queue's URL ends with its name, and so does its ARN. */
function lastSegment(queueUrl: string): string {
  return queueUrl.slice(queueUrl.lastIndexOf("/") + 1);
}
