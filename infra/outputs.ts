import { CfnOutput, type Stack } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { BodyStore } from "./constructs/body-store.ts";
import type { BridgeFunction } from "./constructs/bridge-function.ts";
import type { BridgeSecrets } from "./constructs/bridge-secrets.ts";
import type { BridgeTables } from "./constructs/bridge-tables.ts";
import type { DeliveryQueue } from "./constructs/delivery-queue.ts";
import type { MediaStore } from "./constructs/media-store.ts";
import type { WebhookApi } from "./constructs/webhook-api.ts";
import type { Monitoring } from "./monitoring/monitoring.ts";
import type { BridgeSettings } from "./settings/bridge-settings.ts";
import { versionOf } from "./version.ts";

/** What the outputs speak of. */
export type OutputSources = {
  readonly settings: BridgeSettings;
  readonly protect: boolean;
  readonly api: WebhookApi;
  readonly caretaker: BridgeFunction;
  readonly secrets: BridgeSecrets;
  readonly tables: BridgeTables;
  readonly media: MediaStore;
  readonly bodies: BodyStore;
  readonly toAmocrm: DeliveryQueue;
  readonly toTelegram: DeliveryQueue;
  readonly monitoring: Monitoring;
};

/**
 * Tells the command line and the laptop host where things are. The names are an interface: their
 * readers look them up to the letter. None of the values is a secret.
 */
export function addOutputs(stack: Stack, sources: OutputSources): void {
  const { settings, protect, api, caretaker, secrets, tables, media, toAmocrm, toTelegram } =
    sources;
  const { bodies, monitoring } = sources;
  const values: Readonly<Record<string, string | undefined>> = {
    WebhookUrl: api.url,
    // Only where a DNS record is left to the team.
    WebhookDnsTarget: api.dnsTarget,
    MediaDnsTarget: media.dnsTarget,
    TelegramWebhookSecretId: secrets.telegramWebhook.secretArn,
    TelegramBotTokenSecretId: secrets.telegramBotToken.secretArn,
    AmocrmChannelSecretId: secrets.amocrmChannel.secretArn,
    AmocrmApiTokenSecretId: secrets.amocrmApiToken.secretArn,
    ConversationsTable: tables.conversations.tableName,
    DeliveriesTable: tables.deliveries.tableName,
    MediaBucket: media.bucket.bucketName,
    MediaBaseUrl: media.baseUrl,
    BodiesBucket: bodies.bucket.bucketName,
    ToAmocrmQueueUrl: toAmocrm.queue.queueUrl,
    ToTelegramQueueUrl: toTelegram.queue.queueUrl,
    ToAmocrmDeadLetterQueueUrl: toAmocrm.deadLetterQueue.queueUrl,
    ToTelegramDeadLetterQueueUrl: toTelegram.deadLetterQueue.queueUrl,
    CaretakerFunction: caretaker.function.functionName,
    HandOff: settings.handOff,
    Version: versionOf(),
    // Of the tables; CloudFormation itself tells it of the stack.
    Protected: protect ? "yes" : "no",
    AlarmTopicArn: monitoring.topic.topicArn,
    DashboardName: monitoring.dashboardName,
  };
  const scope = new Construct(stack, "Outputs");
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) new CfnOutput(scope, name, { value }).overrideLogicalId(name);
  }
}
