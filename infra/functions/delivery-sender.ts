import type { Stack } from "aws-cdk-lib";
import type { DeliverySenderVariables } from "../../lambdas/compose/environment.ts";
import { indexes } from "../constructs/bridge-tables.ts";
import { BridgeFunction } from "../constructs/bridge-function.ts";
import { leadPlanOf } from "../settings/new-customer.ts";
import { timings } from "../timings.ts";
import type { BridgeParts } from "./parts.ts";

/**
 * Adds the function that empties both queues. It may also put in them events of its own for later, such
 * as a delivery status.
 */
export function addDeliverySender(stack: Stack, parts: BridgeParts): BridgeFunction {
  const { settings, retention, secrets, tables, media, bodies, toAmocrm, toTelegram } = parts;
  const { telegram, amocrm, concurrency, operatorLanguage, reassureCustomers } = settings;
  const callsMainApi = settings.newCustomer.make !== "leave-to-amocrm";
  const leadPlan = leadPlanOf(settings.newCustomer);
  const sender = new BridgeFunction(stack, "DeliverySender", {
    entrypoint: "delivery-sender",
    description: "Delivers one queued event to amoCRM or Telegram and records the outcome",
    environment: {
      POWERTOOLS_METRICS_NAMESPACE: stack.stackName,
      TELEGRAM_BOT_ID: telegram.botId,
      TELEGRAM_BOT_TOKEN_SECRET_ID: secrets.telegramBotToken.secretArn,
      TELEGRAM_API_ROOT: telegram.apiRoot,
      AMOCRM_CHANNEL_SECRET_ID: secrets.amocrmChannel.secretArn,
      AMOCRM_API_TOKEN_SECRET_ID: callsMainApi ? secrets.amocrmApiToken.secretArn : "",
      DEEP_LINK_KEY_SECRET_ID: secrets.deepLinkKey.secretArn,
      AMOJO_ORIGIN: amocrm.amojoOrigin,
      AMOCRM_ORIGIN: amocrm.origin,
      CONTACT_FIELDS: JSON.stringify(settings.contactFields),
      LEADS: leadPlan === undefined ? "" : JSON.stringify(leadPlan),
      AMOCRM_BOT_ID: amocrm.bot?.id ?? "",
      AMOCRM_BOT_NAME: amocrm.bot?.name ?? "",
      OPERATOR_LANGUAGE: operatorLanguage,
      TEXTS: JSON.stringify(settings.texts),
      HAND_OFF: settings.handOff,
      ASK_PHONE: settings.askPhone,
      WORKING_HOURS: jsonOrNone(settings.workingHours),
      UNANSWERED: jsonOrNone(settings.unanswered),
      CLOSE_TALKS: jsonOrNone(settings.closeTalks),
      REASSURE_CUSTOMERS: reassureCustomers ? "yes" : "no",
      TO_AMOCRM_QUEUE_URL: toAmocrm.queue.queueUrl,
      TO_TELEGRAM_QUEUE_URL: toTelegram.queue.queueUrl,
      CONVERSATIONS_TABLE: tables.conversations.tableName,
      DELIVERIES_TABLE: tables.deliveries.tableName,
      BODIES_BUCKET: bodies.bucket.bucketName,
      MEDIA_BUCKET: media.bucket.bucketName,
      MEDIA_BASE_URL: media.baseUrl,
      MEDIA_ALLOWED_HOSTS: settings.mediaAllowedHosts.join(","),
      TO_TELEGRAM_CONCURRENCY: String(concurrency.toTelegram),
      LEASE_SECONDS: String(timings.leaseSeconds),
    } satisfies DeliverySenderVariables,
    // The sender mostly waits for vendors, and AWS bills its memory during the wait: docs/costs-and-limits.md.
    memorySize: 256,
    ...retention,
  });
  sender.allowReading(secrets.telegramBotToken, secrets.amocrmChannel, secrets.deepLinkKey);
  if (callsMainApi) sender.allowReading(secrets.amocrmApiToken);
  sender.allow(
    ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
    [tables.conversations.tableArn, tables.deliveries.tableArn],
  );
  // For hooks that name a chat by amoCRM's id only.
  sender.allow(["dynamodb:Query"], [`${tables.conversations.tableArn}/index/${indexes.amojoChat}`]);
  media.acceptFrom(sender);
  bodies.serve(sender);
  toAmocrm.acceptFrom(sender);
  toTelegram.acceptFrom(sender);
  toAmocrm.deliverTo(sender, concurrency.toAmocrm);
  toTelegram.deliverTo(sender, concurrency.toTelegram);
  return sender;
}

/** A setting as JSON. Empty for a setting that is not set. */
function jsonOrNone(setting: object | undefined): string {
  return setting === undefined ? "" : JSON.stringify(setting);
}
