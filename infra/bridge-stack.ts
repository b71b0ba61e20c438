import { RemovalPolicy, Stack, Tags } from "aws-cdk-lib";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type {
  AmocrmWebhookVariables,
  DeliverySenderVariables,
  TelegramWebhookVariables,
} from "../lambdas/config/environment.ts";
import { BridgeFunction } from "./constructs/bridge-function.ts";
import { BridgeSecrets } from "./constructs/bridge-secrets.ts";
import { BridgeTables } from "./constructs/bridge-tables.ts";
import { DeliveryQueue } from "./constructs/delivery-queue.ts";
import { WebhookApi } from "./constructs/webhook-api.ts";
import { addOutputs } from "./outputs.ts";
import type { BridgeSettings } from "./stages.ts";
import { timings } from "./timings.ts";

/** One bridge of a stage. */
export type BridgeStackProps = {
  readonly stage: string;
  readonly bridge: string;
  readonly retainData: boolean;
  readonly settings: BridgeSettings;
};

/** All that one bot and one amoCRM account need, shared with no other. Reads as a message goes. */
export class BridgeStack extends Stack {
  constructor(scope: Construct, id: string, props: BridgeStackProps) {
    const { stage, bridge, retainData, settings } = props;
    const tags = { service: "amocrm-telegram-bridge", stage, bridge };
    super(scope, id, {
      stackName: `${stage}-${bridge}-telegram-bridge`,
      description: `Carries messages between a Telegram bot and amoCRM: bridge ${bridge}, stage ${stage}`,
      terminationProtection: retainData,
      tags,
    });
    for (const [key, value] of Object.entries(tags)) Tags.of(this).add(key, value);

    const retention = {
      removalPolicy: retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      logRetention: retainData ? RetentionDays.THREE_MONTHS : RetentionDays.ONE_MONTH,
    };
    const { telegram, amocrm, concurrency, operatorLanguage } = settings;

    const secrets = new BridgeSecrets(this, "Secrets", retention);
    const tables = new BridgeTables(this, "Tables", retention);
    const toAmocrm = new DeliveryQueue(this, "ToAmocrm", retention);
    const toTelegram = new DeliveryQueue(this, "ToTelegram", retention);

    const telegramWebhook = new BridgeFunction(this, "TelegramWebhook", {
      entrypoint: "telegram-webhook",
      description: "Verifies an update of Telegram and puts it in the queue to amoCRM",
      environment: {
        TELEGRAM_BOT_ID: telegram.botId,
        TELEGRAM_WEBHOOK_SECRET_ID: secrets.telegramWebhook.secretArn,
        TO_AMOCRM_QUEUE_URL: toAmocrm.queue.queueUrl,
      } satisfies TelegramWebhookVariables,
      ...retention,
    });
    telegramWebhook.allowReading(secrets.telegramWebhook);
    toAmocrm.acceptFrom(telegramWebhook);

    const amocrmWebhook = new BridgeFunction(this, "AmocrmWebhook", {
      entrypoint: "amocrm-webhook",
      description: "Verifies a hook of amoCRM and puts it in the queue to Telegram or the spool",
      environment: {
        AMOCRM_CHANNEL_SECRET_ID: secrets.amocrmChannel.secretArn,
        TO_TELEGRAM_QUEUE_URL: toTelegram.queue.queueUrl,
        DELIVERIES_TABLE: tables.deliveries.tableName,
      } satisfies AmocrmWebhookVariables,
      ...retention,
    });
    amocrmWebhook.allowReading(secrets.amocrmChannel);
    toTelegram.acceptFrom(amocrmWebhook);
    amocrmWebhook.allow(["dynamodb:PutItem"], [tables.deliveries.tableArn], {
      "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["spool:*"] },
    });

    const api = new WebhookApi(this, "Webhooks", {
      telegram: telegramWebhook,
      amocrm: amocrmWebhook,
      ...retention,
    });

    const sender = new BridgeFunction(this, "DeliverySender", {
      entrypoint: "delivery-sender",
      description: "Delivers one queued event to amoCRM or Telegram and records the outcome",
      environment: {
        TELEGRAM_BOT_ID: telegram.botId,
        TELEGRAM_BOT_TOKEN_SECRET_ID: secrets.telegramBotToken.secretArn,
        TELEGRAM_API_ROOT: telegram.apiRoot,
        AMOCRM_CHANNEL_SECRET_ID: secrets.amocrmChannel.secretArn,
        AMOCRM_API_TOKEN_SECRET_ID: secrets.amocrmApiToken.secretArn,
        AMOJO_ORIGIN: amocrm.amojoOrigin,
        AMOCRM_ORIGIN: amocrm.origin,
        AMOCRM_BOT_ID: amocrm.bot?.id ?? "",
        AMOCRM_BOT_NAME: amocrm.bot?.name ?? "",
        OPERATOR_LANGUAGE: operatorLanguage,
        TO_AMOCRM_QUEUE_URL: toAmocrm.queue.queueUrl,
        TO_TELEGRAM_QUEUE_URL: toTelegram.queue.queueUrl,
        CONVERSATIONS_TABLE: tables.conversations.tableName,
        DELIVERIES_TABLE: tables.deliveries.tableName,
        LEASE_SECONDS: String(timings.leaseSeconds),
      } satisfies DeliverySenderVariables,
      ...retention,
    });
    sender.allowReading(secrets.telegramBotToken, secrets.amocrmChannel, secrets.amocrmApiToken);
    sender.allow(
      ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      [tables.conversations.tableArn, tables.deliveries.tableArn],
    );
    toAmocrm.acceptFrom(sender);
    toTelegram.acceptFrom(sender);
    toAmocrm.deliverTo(sender, concurrency.toAmocrm);
    toTelegram.deliverTo(sender, concurrency.toTelegram);

    addOutputs(this, { api, secrets, tables, toAmocrm, toTelegram });
  }
}
