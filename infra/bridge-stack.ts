import { Annotations, RemovalPolicy, Stack, Tags } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { BridgeSecrets } from "./constructs/bridge-secrets.ts";
import { BodyStore } from "./constructs/body-store.ts";
import { BridgeTables } from "./constructs/bridge-tables.ts";
import { CarefulRollout } from "./constructs/careful-rollout.ts";
import { DeliveryQueue } from "./constructs/delivery-queue.ts";
import { MediaStore } from "./constructs/media-store.ts";
import { WebhookApi } from "./constructs/webhook-api.ts";
import { addAmocrmWebhook } from "./functions/amocrm-webhook.ts";
import { addCaretaker } from "./functions/caretaker.ts";
import { addDeliverySender } from "./functions/delivery-sender.ts";
import { addRolloutCheck } from "./functions/rollout-check.ts";
import { addTelegramWebhook } from "./functions/telegram-webhook.ts";
import { BridgeBudget } from "./monitoring/budget.ts";
import { Monitoring } from "./monitoring/monitoring.ts";
import { addOutputs } from "./outputs.ts";
import type { BridgeSettings } from "./settings/bridge-settings.ts";
import type { StageSettings } from "./settings/stage-settings.ts";

/** The properties of one bridge's stack. */
export type BridgeStackProps = Pick<
  StageSettings,
  | "retainData"
  | "protect"
  | "logDays"
  | "logAccepted"
  | "mediaDays"
  | "alarmEmail"
  | "alarmKeyArn"
  | "monitoring"
  | "monthlyBudgetUsd"
  | "owner"
  | "tags"
> & {
  readonly stage: string;
  readonly bridge: string;
  readonly settings: BridgeSettings;
};

/**
 * All resources of one bot and one amoCRM account. Bridges share no resource. The code
 * follows the way of a message.
 */
export class BridgeStack extends Stack {
  constructor(scope: Construct, id: string, props: BridgeStackProps) {
    const { stage, bridge, owner, tags: ownTags, settings, ...ofStage } = props;
    const { retainData, protect, logDays, logAccepted, mediaDays } = ofStage;
    const { alarmEmail, alarmKeyArn, monitoring: level, monthlyBudgetUsd } = ofStage;
    const tags = {
      ...ownTags,
      service: "amocrm-telegram-bridge",
      stage,
      bridge,
      ...(owner === undefined ? {} : { owner }),
    };
    super(scope, id, {
      stackName: `${stage}-${bridge}-telegram-bridge`,
      description: `Carries messages between a Telegram bot and amoCRM: bridge ${bridge}, stage ${stage}`,
      terminationProtection: protect,
      tags,
    });
    for (const [key, value] of Object.entries(tags)) Tags.of(this).add(key, value);
    if (retainData && !protect) warnOfNoProtection(this, stage);
    if (protect && level === "none") warnOfNoAlarms(this, stage);

    const retention = {
      // Not RETAIN: a failed first deployment leaves only empty resources. With RETAIN, each new try
      // would leave more of them behind.
      removalPolicy: retainData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
      logRetention: logDays,
    };

    const secrets = new BridgeSecrets(this, "Secrets", retention);
    const tables = new BridgeTables(this, "Tables", { ...retention, protect });
    const media = new MediaStore(this, "Media", { mediaDays, domain: settings.mediaDomain });
    const bodies = new BodyStore(this, "Bodies");
    const toAmocrm = new DeliveryQueue(this, "ToAmocrm", retention);
    const toTelegram = new DeliveryQueue(this, "ToTelegram", retention);
    const personal = [tables, media, bodies, toAmocrm, toTelegram];
    tagDataClasses(this, { personal, secret: [secrets] });
    const parts = {
      settings,
      retention,
      logAccepted,
      secrets,
      tables,
      media,
      bodies,
      toAmocrm,
      toTelegram,
    };

    const webhooks = {
      telegram: addTelegramWebhook(this, parts),
      amocrm: addAmocrmWebhook(this, parts),
    };
    const { domain } = settings;
    const api = new WebhookApi(this, "Webhooks", { ...webhooks, domain, ...retention });
    const sender = addDeliverySender(this, parts);
    const caretaker = addCaretaker(this, parts, api);
    new CarefulRollout(this, "Rollout", {
      functions: { TelegramWebhook: webhooks.telegram, AmocrmWebhook: webhooks.amocrm },
      check: addRolloutCheck(this, parts, webhooks),
      api: api.api,
    });

    const watched = {
      api: api.api,
      telegramWebhook: webhooks.telegram,
      amocrmWebhook: webhooks.amocrm,
      sender,
      caretaker,
      toAmocrm,
      toTelegram,
    };
    const monitoring =
      level === "none"
        ? undefined
        : new Monitoring(this, "Monitoring", { watched, level, alarmEmail, alarmKeyArn });
    if (protect && monthlyBudgetUsd > 0 && alarmEmail !== undefined) {
      const ofBudget = { stage, bridge, monthlyUsd: monthlyBudgetUsd, email: alarmEmail };
      new BridgeBudget(this, "Costs", ofBudget);
    }

    const stored = { secrets, tables, media, bodies, toAmocrm, toTelegram };
    addOutputs(this, { stage, bridge, settings, protect, api, caretaker, ...stored, monitoring });
  }
}

/** Only a warning: an unprotected stage is correct until its first deployment has succeeded. */
function warnOfNoProtection(stack: Stack, stage: string): void {
  Annotations.of(stack).addWarningV2(
    "bridge:not-protected",
    `${stack.stackName} keeps customers' data, and one command can delete it. After the first deployment, set protect: true for stage "${stage}" in infra/stages.ts and deploy again.`,
  );
}

/** Only a warning: a team may watch the bridge with its own alarms. */
function warnOfNoAlarms(stack: Stack, stage: string): void {
  Annotations.of(stack).addWarningV2(
    "bridge:not-monitored",
    `${stack.stackName} is protected, but no alarm calls a person when its messages are at risk. Set monitoring: "alarms" or "full" for stage "${stage}" in infra/stages.ts.`,
  );
}

/**
 * Tags each resource with the data it holds: personal (people's messages and identities), secret
 * (credentials) or technical (neither).
 */
function tagDataClasses(
  stack: Stack,
  holders: Readonly<Record<"personal" | "secret", readonly Construct[]>>,
): void {
  Tags.of(stack).add("data-class", "technical");
  for (const [dataClass, constructs] of Object.entries(holders)) {
    for (const construct of constructs) Tags.of(construct).add("data-class", dataClass);
  }
}
