import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { chatsApiHistory } from "../../lambdas/amocrm/chats/client.ts";
import { chatsApiScope } from "../../lambdas/amocrm/chats/scope.ts";
import {
  dynamoActiveConversations,
  dynamoConversationStore,
} from "../../lambdas/aws/conversations.ts";
import { DynamoDeliveryLedger } from "../../lambdas/aws/ledger.ts";
import { DynamoTable } from "../../lambdas/aws/table.ts";
import { s3BodyStore } from "../../lambdas/aws/buckets.ts";
import { sqsEventQueue } from "../../lambdas/aws/queues.ts";
import type { AmocrmChannelCredentials } from "../../lambdas/compose/credentials.ts";
import { composeReconciler } from "../../lambdas/compose/caretaker-rounds.ts";
import type { ReconcilerPorts } from "../../lambdas/compose/caretaker-rounds.ts";
import { activeHoursSince } from "../../lambdas/delivery/activity.ts";
import type { BodyStore } from "../../lambdas/model/stores.ts";
import { createReconcileSchedule } from "../../lambdas/caretaker/reconcile-schedule.ts";
import type { ReconcileReport } from "../../lambdas/caretaker/reconcile.ts";
import type { Logger, Secret } from "../../lambdas/model/runtime.ts";
import type { Stage } from "../stage/stage.ts";

/** Discards log lines: the command prints its findings in its report. */
const silent: Logger = { info() {}, warn() {}, error() {} };

/** Searches all chats once for lost hooks since that time, and enqueues their messages. */
export function findLostHooks(
  sinceMillis: number,
  ports: ReconcilerPorts,
): Promise<ReconcileReport> {
  return composeReconciler(ports)({ sinceMillis }, createReconcileSchedule());
}

/** The stage's tables, queue and amoCRM, as the caretaker has them. Opening them makes no call. */
export function openReconcilerPorts(
  stage: Stage,
  channel: Secret<AmocrmChannelCredentials>,
  now: () => number,
): ReconcilerPorts & { readonly bodies: BodyStore } {
  const { aws, amojoOrigin: origin, outputs } = stage;
  const client = new DynamoDBClient(aws);
  const deliveries = new DynamoTable(client, outputs.DeliveriesTable, "id");
  return {
    channel,
    history: chatsApiHistory(chatsApiScope({ origin, channel, now }), now),
    stores: {
      active: dynamoActiveConversations(deliveries, (sinceMillis) =>
        activeHoursSince(sinceMillis, now()),
      ),
      conversations: dynamoConversationStore(
        new DynamoTable(client, outputs.ConversationsTable, "conversationId"),
      ),
      ledger: new DynamoDeliveryLedger(deliveries),
    },
    toTelegram: sqsEventQueue(new SQSClient(aws), outputs.ToTelegramQueueUrl),
    bodies: s3BodyStore(new S3Client(aws), outputs.BodiesBucket),
    now,
    logger: silent,
  };
}
