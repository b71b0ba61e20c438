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

/** The sources of the outputs' values. */
export type OutputSources = {
  readonly stage: string;
  readonly bridge: string;
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
  readonly monitoring: Monitoring | undefined;
};

/**
 * Outputs for the command line and the laptop host: the addresses and names of the stack's resources.
 * The names of the outputs are an interface: the readers use exactly these names. No value is a secret.
 */
export function addOutputs(stack: Stack, sources: OutputSources): void {
  const { settings, protect, api, caretaker, secrets, tables, media, toAmocrm, toTelegram } =
    sources;
  const { bodies, monitoring } = sources;
  const values: Readonly<Record<string, string | undefined>> = {
    WebhookUrl: api.url,
    // Present only for hosts of the team.
    WebhookDnsTarget: api.dnsTarget,
    MediaDnsTarget: media.dnsTarget,
    TelegramWebhookSecretId: secrets.telegramWebhook.secretArn,
    TelegramBotTokenSecretId: secrets.telegramBotToken.secretArn,
    AmocrmChannelSecretId: secrets.amocrmChannel.secretArn,
    AmocrmApiTokenSecretId: secrets.amocrmApiToken.secretArn,
    DeepLinkKeySecretId: secrets.deepLinkKey.secretArn,
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
    // Protection of the tables. CloudFormation itself reports the protection of the stack.
    Protected: protect ? "yes" : "no",
    // Present only where the stage has alarms, and a dashboard.
    UrgentAlarmsTopicArn: monitoring?.topics.urgent.topicArn,
    NextDayAlarmsTopicArn: monitoring?.topics["next-day"].topicArn,
    DashboardUrl: dashboardUrl(stack, monitoring?.dashboardName),
    NextStep: `npx bridge setup --stage ${sources.stage} --bridge ${sources.bridge}`,
  };
  const scope = new Construct(stack, "Outputs");
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) new CfnOutput(scope, name, { value }).overrideLogicalId(name);
  }
}

/** The dashboard's page in the console. Undefined for a stage without a dashboard. */
function dashboardUrl({ region }: Stack, name: string | undefined): string | undefined {
  return name === undefined
    ? undefined
    : `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${name}`;
}
