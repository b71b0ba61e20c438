import { ChatsApiHistory } from "../../../lambdas/adapters/amocrm/chats-history.ts";
import { messageEventIdOf } from "../../../lambdas/adapters/amocrm/identify.ts";
import { ChatsApiScope } from "../../../lambdas/adapters/amocrm/scope.ts";
import { MainApiTalks } from "../../../lambdas/adapters/amocrm/talks-client.ts";
import { MemoryCaretakerReports } from "../../../lambdas/adapters/memory/memory-caretaker-reports.ts";
import { packBody } from "../../../lambdas/adapters/bodies/pack-body.ts";
import { SqsEventQueue } from "../../../lambdas/adapters/aws/sqs-event-queue.ts";
import {
  amocrmApiCredentials,
  amocrmChannelCredentials,
} from "../../../lambdas/config/credentials.ts";
import { drainSpool } from "../../../lambdas/domain/drain-spool.ts";
import { closeEnded as closeEndedTalks } from "../../../lambdas/domain/hand-off/close-ended.ts";
import { createLooksByWindow } from "../../../lambdas/domain/looks.ts";
import type { Looks } from "../../../lambdas/domain/looks.ts";
import { patientHistory } from "../../../lambdas/domain/patient-history.ts";
import { createPauses } from "../../../lambdas/domain/pauses.ts";
import { reconcile } from "../../../lambdas/domain/reconcile.ts";
import { createWideLook } from "../../../lambdas/domain/wide-look.ts";
import { createCaretaker } from "../../../lambdas/handlers/caretaker.ts";
import { recordedLedger } from "../aws/recorded-ledger.ts";
import { sqsClient } from "../aws/sqs-client.ts";
import { activeConversations } from "../aws/tables.ts";
import { through } from "../engine/sandbox.ts";
import type { Sandbox } from "../engine/sandbox.ts";
import { amocrmOrigin, amojoOrigin, queueUrls, secretIds } from "../world/names.ts";
import type { BridgeWorld } from "./bridge-world.ts";
import { loggerOf } from "./bridge-world.ts";
import { secretReader } from "./secrets.ts";

const hourMillis = 3_600_000;
const reconcileMillis = 40_000;

/** The caretaker, wired as `lambdas/compose/caretaker.ts` wires it; it watches no webhook here. */
export function composeCaretaker(sandbox: Sandbox, world: BridgeWorld) {
  const { tables, history: facts, network, mutant } = world;
  const { now } = sandbox;
  const logger = loggerOf(sandbox, facts);
  const secret = secretReader(sandbox, world, { timeoutMillis: 3000, maxAgeMillis: 60_000 });
  const channel = secret(secretIds.channel, amocrmChannelCredentials);
  const client = sqsClient(sandbox, world.queues, facts);
  const toTelegram = new SqsEventQueue(client, queueUrls["to-telegram"]);
  const ledger = recordedLedger(tables.ledger, sandbox, facts);
  const conversations = through(sandbox, "table", "conversations", tables.conversations);
  const looksWithin = createLooksByWindow();
  const fetch = network.fetchFor(sandbox);
  const scope = new ChatsApiScope({ origin: amojoOrigin, channel, now, fetch });
  const talks = new MainApiTalks({
    origin: amocrmOrigin,
    token: secret(secretIds.api, amocrmApiCredentials),
    now,
    fetch,
  });
  const closeEnded = async (windowHours: number) => {
    await closeEndedTalks(now() - windowHours * hourMillis, {
      active: activeConversations(tables, sandbox),
      conversations,
      talks,
      pauses: createPauses(through(sandbox, "table", "pauses", tables.pauses), now),
      toAmocrm: new SqsEventQueue(client, queueUrls["to-amocrm"]),
      now,
      logger,
    });
  };
  const reconcileWithin = async (windowHours: number, looks: Looks) => {
    const { scopeId, connectedAtMillis = 0 } = await channel.read();
    const deps = {
      active: activeConversations(tables, sandbox),
      conversations,
      history: patientHistory(new ChatsApiHistory(scope, now), { conversations, now }),
      looks,
      ledger,
      toTelegram,
      packBody,
      bodies: through(sandbox, "bucket", "bodies", tables.bodies),
      now,
      logger,
      scopeId,
      hookIdOf: (amocrmMessageId: string) => messageEventIdOf(scopeId, amocrmMessageId),
    };
    const window = {
      sinceMillis: now() - windowHours * hourMillis,
      connectedAtMillis,
      deadlineMillis: now() + reconcileMillis,
    };
    return mutant.reconcile === undefined
      ? reconcile(window, deps)
      : reconcile(mutant.reconcile.window, mutant.reconcile.deps(deps));
  };
  const wideLook = createWideLook({
    requests: through(sandbox, "table", "wide-look", tables.wideLooks),
    reconcile: (looks) => reconcileWithin(24, looks),
    now,
    logger,
  });
  return createCaretaker({
    rounds: {
      drainSpool: async () => {
        await drainSpool({
          spool: through(sandbox, "table", "spool", tables.spool),
          queue: toTelegram,
          logger,
        });
      },
      reconcile: async (hours) => {
        await reconcileWithin(hours, looksWithin(hours));
      },
      wideLook: async () => {
        await wideLook();
      },
      watchWebhook: async () => undefined,
      watchApiToken: async () => undefined,
      checkWebhooks: async () => undefined,
      ...(world.hasBot ? { closeEnded } : {}),
    },
    reports: new MemoryCaretakerReports(),
    now,
    logger,
  });
}
