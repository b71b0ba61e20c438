import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { ChatsApiHistory } from "../../lambdas/adapters/amocrm/chats-history.ts";
import { messageEventIdOf } from "../../lambdas/adapters/amocrm/identify.ts";
import { ChatsApiScope } from "../../lambdas/adapters/amocrm/scope.ts";
import { DynamoActiveConversations } from "../../lambdas/adapters/aws/dynamo-active-conversations.ts";
import { DynamoConversationStore } from "../../lambdas/adapters/aws/dynamo-conversation-store.ts";
import { DynamoDeliveryLedger } from "../../lambdas/adapters/aws/dynamo-delivery-ledger.ts";
import { DynamoTable } from "../../lambdas/adapters/aws/dynamo-table.ts";
import { S3BodyStore } from "../../lambdas/adapters/aws/s3-body-store.ts";
import { SqsEventQueue } from "../../lambdas/adapters/aws/sqs-event-queue.ts";
import { packBody } from "../../lambdas/adapters/bodies/pack-body.ts";
import type { AmocrmChannelCredentials } from "../../lambdas/config/credentials.ts";
import { activeHoursSince } from "../../lambdas/domain/activity.ts";
import { createLooks } from "../../lambdas/domain/looks.ts";
import { reconcile } from "../../lambdas/domain/reconcile.ts";
import type { ReconcileDependencies, ReconcileReport } from "../../lambdas/domain/reconcile.ts";
import type { Logger } from "../../lambdas/ports/logger.ts";
import type { Stage } from "../stage/stage.ts";

/** Where lost hooks are looked for, and where they go. */
export type ReconcilePorts = Pick<
  ReconcileDependencies,
  "active" | "conversations" | "history" | "ledger" | "packBody" | "bodies" | "toTelegram"
>;

/** A command says what it found by its report. */
const silent: Logger = { info() {}, warn() {}, error() {} };

/** Looks once for hooks that never came, and enqueues them. */
export async function findLostHooks(
  channel: Pick<AmocrmChannelCredentials, "scopeId" | "connectedAtMillis">,
  sinceMillis: number,
  ports: ReconcilePorts,
  now: () => number,
): Promise<ReconcileReport> {
  const { scopeId, connectedAtMillis = 0 } = channel;
  const hookIdOf = (amocrmMessageId: string) => messageEventIdOf(scopeId, amocrmMessageId);
  const window = { sinceMillis, connectedAtMillis };
  // A person asks for a look at everybody.
  const looks = createLooks();
  return reconcile(window, { ...ports, looks, now, logger: silent, scopeId, hookIdOf });
}

/** The stage's tables, queue and amoCRM, as the caretaker has them. */
export function openReconcilePorts(
  stage: Stage,
  credentials: AmocrmChannelCredentials,
  now: () => number,
): ReconcilePorts {
  const { aws, amojoOrigin: origin, outputs } = stage;
  const client = new DynamoDBClient(aws);
  const known = async () => credentials;
  const scope = new ChatsApiScope({
    origin,
    channel: { read: known, reread: known, readSince: known },
    now,
  });
  return {
    active: new DynamoActiveConversations({
      client,
      table: outputs.DeliveriesTable,
      hoursSince: (sinceMillis) => activeHoursSince(sinceMillis, now()),
    }),
    conversations: new DynamoConversationStore(
      new DynamoTable(client, outputs.ConversationsTable, "conversationId"),
    ),
    history: new ChatsApiHistory(scope, now),
    ledger: new DynamoDeliveryLedger(new DynamoTable(client, outputs.DeliveriesTable, "id")),
    packBody,
    bodies: new S3BodyStore(new S3Client(aws), outputs.BodiesBucket),
    toTelegram: new SqsEventQueue(new SQSClient(aws), outputs.ToTelegramQueueUrl),
  };
}
