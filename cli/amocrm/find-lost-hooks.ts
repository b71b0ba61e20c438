import { chatsApiHistory } from "../../lambdas/amocrm/chats/client.ts";
import { chatsApiScope } from "../../lambdas/amocrm/chats/scope.ts";
import {
  dynamoActiveConversations,
  dynamoConversationStore,
} from "../../lambdas/aws/conversations.ts";
import { DynamoDeliveryLedger } from "../../lambdas/aws/ledger.ts";
import { sqsEventQueue } from "../../lambdas/aws/queues.ts";
import type { AmocrmChannelCredentials } from "../../lambdas/compose/credentials.ts";
import { composeReconciler } from "../../lambdas/compose/caretaker-rounds.ts";
import type { ReconcilerPorts } from "../../lambdas/compose/caretaker-rounds.ts";
import { activeHoursSince } from "../../lambdas/delivery/activity.ts";
import type { BodyStore } from "../../lambdas/model/stores.ts";
import { createReconcileSchedule } from "../../lambdas/caretaker/reconcile-schedule.ts";
import type { ReconcileReport } from "../../lambdas/caretaker/reconcile.ts";
import type { Logger, Secret } from "../../lambdas/model/runtime.ts";
import { openStores } from "../aws/stores.ts";
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
  const { deliveries, conversations, bodies, sqs } = openStores(stage);
  return {
    channel,
    history: chatsApiHistory(chatsApiScope({ origin: stage.amojoOrigin, channel, now }), now),
    stores: {
      active: dynamoActiveConversations(deliveries, (since) => activeHoursSince(since, now())),
      conversations: dynamoConversationStore(conversations),
      ledger: new DynamoDeliveryLedger(deliveries),
    },
    toTelegram: sqsEventQueue(sqs, stage.outputs.ToTelegramQueueUrl),
    bodies,
    now,
    logger: silent,
  };
}
