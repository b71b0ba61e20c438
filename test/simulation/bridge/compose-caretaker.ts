import { chatsApiHistory } from "../../../lambdas/amocrm/chats/client.ts";
import { chatsApiScope } from "../../../lambdas/amocrm/chats/scope.ts";
import { mainApiTalks } from "../../../lambdas/amocrm/main-api/talks.ts";
import { MemoryCaretakerReports } from "../../support/memory/stores.ts";
import { sqsEventQueue } from "../../../lambdas/aws/queues.ts";
import {
  amocrmApiCredentials,
  amocrmChannelCredentials,
} from "../../../lambdas/compose/credentials.ts";
import { composeCaretakerRounds } from "../../../lambdas/compose/caretaker-rounds.ts";
import type { ReconcilerPorts } from "../../../lambdas/compose/caretaker-rounds.ts";
import { createPauses } from "../../../lambdas/delivery/rate-limits.ts";
import { recordedLedger } from "../aws/recorded-ledger.ts";
import { sqsClient } from "../aws/sqs-client.ts";
import { activeConversations } from "../aws/tables.ts";
import { through } from "../engine/sandbox.ts";
import type { Sandbox } from "../engine/sandbox.ts";
import { amocrmOrigin, amojoOrigin, queueUrls, secretIds } from "../world/names.ts";
import type { BridgeWorld } from "./bridge-world.ts";
import { loggerOf } from "./bridge-world.ts";
import { secretReader } from "./secrets.ts";

/**
 * The caretaker's real composition over simulated AWS and vendors. It does not check the webhook
 * here.
 */
export function composeCaretaker(sandbox: Sandbox, world: BridgeWorld) {
  const { tables, history: facts, network, mutant } = world;
  const { now } = sandbox;
  const logger = loggerOf(sandbox, facts);
  const secret = secretReader(sandbox, world, { timeoutMillis: 3000, maxAgeMillis: 60_000 });
  const channel = secret(secretIds.channel, amocrmChannelCredentials);
  const client = sqsClient(sandbox, world.queues, facts);
  const fetch = network.fetchFor(sandbox);
  const scope = chatsApiScope({ origin: amojoOrigin, channel, now, fetch });
  const token = secret(secretIds.api, amocrmApiCredentials);
  const active = activeConversations(tables, sandbox);
  const reconciling: ReconcilerPorts = {
    channel,
    history: chatsApiHistory(scope, now),
    stores: {
      active,
      conversations: through(sandbox, "table", "conversations", tables.conversations),
      ledger: recordedLedger(tables.ledger, sandbox, facts),
    },
    toTelegram: sqsEventQueue(client, queueUrls["to-telegram"]),
    bodies: through(sandbox, "bucket", "bodies", tables.bodies),
    now,
    logger,
  };
  return composeCaretakerRounds({
    reconciling: mutant.reconciling?.(reconciling) ?? reconciling,
    spool: through(sandbox, "table", "spool", tables.spool),
    wideReconciles: through(sandbox, "table", "wide-reconcile", tables.wideReconciles),
    reports: new MemoryCaretakerReports(),
    handOff: world.hasBot
      ? {
          talks: mainApiTalks({ origin: amocrmOrigin, token, now, fetch }),
          pauses: createPauses(through(sandbox, "table", "pauses", tables.pauses), now),
          toAmocrm: sqsEventQueue(client, queueUrls["to-amocrm"]),
          silent: active,
        }
      : undefined,
    waiting: undefined,
    watching: undefined,
  });
}
