import { sqsEventQueue, sqsRedelivery } from "../../../lambdas/aws/queues.ts";
import { timings } from "../../../infra/timings.ts";
import { composeDelivery } from "../../../lambdas/compose/delivery.ts";
import { composeVendors } from "../../../lambdas/compose/vendors.ts";
import {
  amocrmApiCredentials,
  amocrmChannelCredentials,
  telegramBotCredentials,
} from "../../../lambdas/compose/credentials.ts";
import { createThrottle } from "../../../lambdas/delivery/throttle.ts";
import { createPauses } from "../../../lambdas/delivery/rate-limits.ts";
import { catalogue } from "../../../lambdas/texts/texts.ts";
import { fixedSecret } from "../../../lambdas/model/runtime.ts";
import { PermanentFailure } from "../../../lambdas/model/failure.ts";
import type { BotAnswers, OperatorFiles } from "../../../lambdas/model/messenger.ts";
import { recordedLedger } from "../aws/recorded-ledger.ts";
import { sqsClient } from "../aws/sqs-client.ts";
import { through } from "../engine/sandbox.ts";
import type { Sandbox } from "../engine/sandbox.ts";
import * as names from "../world/names.ts";
import type { BridgeWorld } from "./bridge-world.ts";
import { loggerOf } from "./bridge-world.ts";
import { secretReader } from "./secrets.ts";
import { readingBoth } from "./versions.ts";

const { botId, queueUrls, secretIds } = names;
/** Event sources in these worlds have two to five slots. */
const mostSlots = 5;
const leaseMillis = timings.leaseSeconds * 1000;

/** Answers every message that is not marked as a question for operators. */
const simulatedBot: BotAnswers = {
  async answer(update) {
    if (Buffer.from(update).includes("people, please")) {
      return { requests: [], callsOperator: true };
    }
    const text = "I am a bot.";
    return { requests: [{ method: "sendMessage", payload: { text }, text }], callsOperator: false };
  },
};

/** People in the simulation write texts only. */
const noFiles: OperatorFiles = {
  open: () => Promise.reject(new PermanentFailure("attachment-unavailable")),
};

/** The sender's real composition over simulated AWS and vendors. */
export function composeDeliverySender(sandbox: Sandbox, world: BridgeWorld) {
  const { tables, history: facts, network, mutant, random } = world;
  const { now } = sandbox;
  const table = <Port extends object>(name: string, port: Port) =>
    through(sandbox, "table", name, port);
  const secret = secretReader(sandbox, world, { timeoutMillis: 3000, maxAgeMillis: 60_000 });
  const channel = secret(secretIds.channel, amocrmChannelCredentials);
  const recorded = recordedLedger(tables.ledger, sandbox, facts);
  const stored = table("conversations", tables.conversations);
  const marks = table("marks", tables.contactMarks);
  const conversations = mutant.conversations?.(stored) ?? stored;
  const pauses = createPauses(table("pauses", tables.pauses), now);
  const throttle = createThrottle(mostSlots, { now, sleep: (millis) => world.clock.sleep(millis) });
  const health = table("health", tables.health);
  const logger = loggerOf(sandbox, facts);
  const vendors = composeVendors({
    origins: {
      amojo: names.amojoOrigin,
      amocrm: names.amocrmOrigin,
      telegram: names.telegramRoot,
    },
    bot: names.channelBot,
    secrets: {
      channel,
      apiToken: secret(secretIds.api, amocrmApiCredentials),
      botToken: secret(secretIds.bot, telegramBotCredentials),
    },
    stores: { conversations, pauses },
    clock: { now, throttle },
    http: {
      fetch: network.fetchFor(sandbox),
      ...(world.sendsOutageNotices ? { onCrmSuccess: () => health.noteSuccess(now()) } : {}),
    },
  });
  const sqs = sqsClient(sandbox, world.queues, facts);
  const { crm, history, contacts, leads, talks, tasks, messenger, files, botAddress } = vendors;
  const code = composeDelivery({
    settings: {
      botId,
      operatorLanguage: "en",
      askPhone: world.hasBot ? "when-called" : "at-start",
      texts: catalogue,
      callsMainApi: true,
      sources: [],
    },
    deepLinks: {
      keys: fixedSecret({ current: "deep-link-key" }),
      links: table("links", tables.deepLinks),
    },
    leadPlan: world.leadPlan,
    amocrm: {
      channel,
      crm: mutant.crm?.(crm, random) ?? crm,
      history,
      contacts: mutant.contacts?.(contacts) ?? contacts,
      leads: mutant.leads?.(leads) ?? leads,
      talks,
      tasks,
      ...(world.sendsOutageNotices ? { health } : {}),
    },
    telegram: {
      messenger: mutant.messenger?.(messenger) ?? messenger,
      files: mutant.files?.(files) ?? files,
      botAddress,
      bot: world.hasBot ? simulatedBot : undefined,
    },
    stores: {
      ledger: mutant.ledger?.(recorded) ?? recorded,
      conversations,
      knownChats: table("known-chats", tables.conversations),
      contactMarks: mutant.contactMarks?.(marks) ?? marks,
      leadLocks: table("lead-locks", tables.leadLocks),
      echoMemory: table("echo", tables.echo),
      shownPieces: table("pieces", tables.shownPieces),
      transcript: table("transcript", tables.transcript),
      waits: table("waits", tables.waits),
      pauses,
      failedAttempts: table("failed-attempts", tables.failedAttempts),
    },
    files: {
      operatorFiles: noFiles,
      mediaStore: {
        keep: (file) => table("media", tables.media).keep(file),
        addressOf: (path) => tables.media.addressOf(path),
      },
      bodies: through(sandbox, "bucket", "bodies", tables.bodies),
    },
    queues: {
      names: { "to-amocrm": "to-amocrm.fifo", "to-telegram": "to-telegram.fifo" },
      toAmocrm: sqsEventQueue(sqs, queueUrls["to-amocrm"]),
      toTelegram: sqsEventQueue(sqs, queueUrls["to-telegram"]),
      redelivery: sqsRedelivery(sqs, queueUrls),
      leaseMillis,
    },
    clock: { now, random: random.next, throttle },
    logger,
  });
  const metLimit = (owner: string) =>
    facts.of("call").some(({ attempt, status }) => attempt?.owner === owner && status === 429);
  const sender = mutant.sender?.(code, world.queues, metLimit) ?? code;
  return world.deployed.senderVersion === 2 ? readingBoth(sender) : sender;
}
