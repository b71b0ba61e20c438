import { sqsEventQueue } from "../../../lambdas/aws/queues.ts";
import { packBody } from "../../../lambdas/ingest/pack-body.ts";
import {
  amocrmChannelCredentials,
  telegramWebhookCredentials,
} from "../../../lambdas/compose/credentials.ts";
import { secretMaxAgeMillis } from "../../../lambdas/ingest/credentials.ts";
import { createAmocrmWebhook } from "../../../lambdas/ingest/amocrm-webhook.ts";
import { createTelegramWebhook } from "../../../lambdas/ingest/telegram-webhook.ts";
import type { Envelope } from "../../../lambdas/model/envelope.ts";
import type { BodyWriter } from "../../../lambdas/model/stores.ts";
import { sqsClient } from "../aws/sqs-client.ts";
import type { Sandbox } from "../engine/sandbox.ts";
import { botId, queueUrls, secretIds } from "../world/names.ts";
import type { BridgeWorld } from "./bridge-world.ts";
import { loggerOf } from "./bridge-world.ts";
import { secretReader } from "./secrets.ts";
import { writingVersion2 } from "./versions.ts";

const secretTimes = { timeoutMillis: 1000, maxAgeMillis: secretMaxAgeMillis };

/** The Telegram webhook, wired as `lambdas/compose/ingest.ts` wires it. */
export function composeTelegramWebhook(sandbox: Sandbox, world: BridgeWorld) {
  const secret = secretReader(sandbox, world, secretTimes);
  const client = sqsClient(sandbox, queuesFor(world), world.history);
  return createTelegramWebhook({
    botId,
    secret: secret(secretIds.webhook, telegramWebhookCredentials),
    packBody: world.mutant.packBody ?? packBody,
    bodies: bodiesFor(sandbox, world),
    toAmocrm: sqsEventQueue(client, queueUrls["to-amocrm"]),
    now: sandbox.now,
    logger: loggerOf(sandbox, world.history),
  });
}

/** The amoCRM webhook, wired as `lambdas/compose/ingest.ts` wires it. */
export function composeAmocrmWebhook(sandbox: Sandbox, world: BridgeWorld) {
  const { tables, history } = world;
  const secret = secretReader(sandbox, world, secretTimes);
  const client = sqsClient(sandbox, queuesFor(world), history);
  return createAmocrmWebhook({
    channel: secret(secretIds.channel, amocrmChannelCredentials),
    packBody: world.mutant.packBody ?? packBody,
    bodies: bodiesFor(sandbox, world),
    toTelegram: sqsEventQueue(client, queueUrls["to-telegram"]),
    spool: {
      put: (envelope: Envelope, { timeoutMillis }: { timeoutMillis: number }) => {
        const timeout = AbortSignal.timeout(timeoutMillis);
        return sandbox.step("table", "spool.put", () => tables.spool.put(envelope), timeout);
      },
    },
    wideReconciles: {
      ask: (askedAtMillis: number, { timeoutMillis }: { timeoutMillis: number }) => {
        const timeout = AbortSignal.timeout(timeoutMillis);
        const ask = () => tables.wideReconciles.ask(askedAtMillis);
        return sandbox.step("table", "wide-reconcile.request", ask, timeout);
      },
    },
    now: sandbox.now,
    logger: loggerOf(sandbox, history),
  });
}

function bodiesFor(sandbox: Sandbox, { tables }: BridgeWorld): BodyWriter {
  return {
    put: (object, { timeoutMillis }) => {
      const timeout = AbortSignal.timeout(timeoutMillis);
      return sandbox.step("bucket", "bodies.put", () => tables.bodies.put(object), timeout);
    },
  };
}

function queuesFor({ queues, deployed }: BridgeWorld) {
  return deployed.ingestVersion === 2 ? writingVersion2(queues) : queues;
}
