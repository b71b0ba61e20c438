import { ChatsApiCrm } from "../../../lambdas/adapters/amocrm/chats-client.ts";
import { ChatsApiHistory } from "../../../lambdas/adapters/amocrm/chats-history.ts";
import { MainApiContacts } from "../../../lambdas/adapters/amocrm/contacts-client.ts";
import { decodeHook } from "../../../lambdas/adapters/amocrm/decode.ts";
import { messageEventIdOf } from "../../../lambdas/adapters/amocrm/identify.ts";
import { ChatsApiScope } from "../../../lambdas/adapters/amocrm/scope.ts";
import { verifyHook } from "../../../lambdas/adapters/amocrm/signature.ts";
import { SqsEventQueue } from "../../../lambdas/adapters/aws/sqs-event-queue.ts";
import { SqsRedelivery } from "../../../lambdas/adapters/aws/sqs-redelivery.ts";
import { BotApiMessenger } from "../../../lambdas/adapters/telegram/client.ts";
import { decodeUpdate } from "../../../lambdas/adapters/telegram/decode.ts";
import {
  amocrmApiCredentials,
  amocrmChannelCredentials,
  secretsInUse,
  telegramBotCredentials,
} from "../../../lambdas/config/credentials.ts";
import type { AmocrmChannelCredentials } from "../../../lambdas/config/credentials.ts";
import {
  attentiveMessenger,
  patientMessenger,
} from "../../../lambdas/domain/attentive-messenger.ts";
import { createEchoGuard } from "../../../lambdas/domain/echo.ts";
import { createJobs } from "../../../lambdas/domain/jobs.ts";
import { createOpenConversation } from "../../../lambdas/domain/open-conversation.ts";
import { isOvertaken } from "../../../lambdas/domain/overtaken.ts";
import { patientHistory } from "../../../lambdas/domain/patient-history.ts";
import { createPauses } from "../../../lambdas/domain/pauses.ts";
import { createReassure } from "../../../lambdas/domain/reassure.ts";
import { createTellOperator } from "../../../lambdas/domain/tell-operator.ts";
import { createDeliverySender } from "../../../lambdas/handlers/delivery-sender.ts";
import type { Envelope } from "../../../lambdas/model/envelope.ts";
import type { CrmChat } from "../../../lambdas/ports/crm-chat.ts";
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
const language = "en";
const leaseMillis = 65_000;

/** The sender, wired as `lambdas/compose/sender.ts` wires it. */
export function composeDeliverySender(sandbox: Sandbox, world: BridgeWorld) {
  const { tables, history: facts, network, mutant, random } = world;
  const { now } = sandbox;
  const logger = loggerOf(sandbox, facts);
  const fetch = network.fetchFor(sandbox);
  const sqs = sqsClient(sandbox, world.queues, facts);
  const secret = secretReader(sandbox, world, { timeoutMillis: 3000, maxAgeMillis: 60_000 });
  const channel = secret(secretIds.channel, amocrmChannelCredentials);
  const recorded = recordedLedger(tables.ledger, sandbox, facts);
  const ledger = mutant.ledger?.(recorded) ?? recorded;
  const conversations = through(sandbox, "table", "conversations", tables.conversations);

  const health = through(sandbox, "table", "health", tables.health);
  const onSuccess = () => health.noteSuccess(now());
  const reached = world.isReassuring ? { onSuccess } : {};
  const scope = new ChatsApiScope({ origin: names.amojoOrigin, channel, now, fetch, ...reached });
  const history = patientHistory(new ChatsApiHistory(scope, now), { conversations, now });
  const chats = new ChatsApiCrm({ scope, history, bot: names.channelBot });
  const crm: CrmChat = mutant.crm?.(chats, random) ?? chats;
  const contacts = new MainApiContacts({
    origin: names.amocrmOrigin,
    token: secret(secretIds.api, amocrmApiCredentials),
    now,
    fetch,
  });
  const botApi = new BotApiMessenger({
    apiRoot: names.telegramRoot,
    token: secret(secretIds.bot, telegramBotCredentials),
    fetch,
  });
  const pauses = createPauses(through(sandbox, "table", "pauses", tables.pauses), now);
  const patient = patientMessenger(botApi, { pauses, now });
  const messenger = attentiveMessenger(patient, { conversations, botId, now });
  const guard = createEchoGuard({
    memory: through(sandbox, "table", "echo", tables.echo),
    history,
    conversations,
    now,
  });
  const hookIdOf = async () => {
    const { scopeId } = await channel.read();
    return (amocrmMessageId: string) => messageEventIdOf(scopeId, amocrmMessageId);
  };
  const jobFor = createJobs({
    crm,
    messenger,
    botId,
    logger,
    operatorLanguage: language,
    openConversation: createOpenConversation({
      crm,
      contacts,
      conversations,
      now,
      logger,
      pauses,
    }),
    conversations,
    echo: mutant.echo?.(guard) ?? guard,
    now,
    stateOf: (eventId) => recorded.stateOf(eventId),
    isOvertaken: async (event) =>
      isOvertaken(event, { history, ledger: recorded, hookIdOf: await hookIdOf() }),
    isAuthentic: async ({ body, signature, scopeId, receivedAtMillis }: Envelope) => {
      const bytes = Buffer.from(body, "base64");
      const fits = (known: AmocrmChannelCredentials) =>
        scopeId === known.scopeId && verifyHook(bytes, signature ?? "", secretsInUse(known));
      return fits(await channel.read()) || fits(await channel.readSince(receivedAtMillis));
    },
    decodeTelegram: (body) => decodeUpdate(body, botId),
    decodeAmocrm: decodeHook,
  });
  const toAmocrm = new SqsEventQueue(sqs, queueUrls["to-amocrm"]);
  const toTelegram = new SqsEventQueue(sqs, queueUrls["to-telegram"]);
  const whileWaiting = createReassure({
    health,
    conversations,
    toTelegram,
    now,
    languageOf: () => "en",
  });
  const code = createDeliverySender({
    ledger,
    now,
    random: random.next,
    logger,
    leaseMillis,
    pauses,
    jobFor: mutant.jobFor?.(jobFor, ledger) ?? jobFor,
    ...(world.isReassuring ? { whileWaiting } : {}),
    tell: createTellOperator({ crm, toAmocrm, language, now, logger, conversations }),
    redelivery: new SqsRedelivery(sqs, queueUrls),
    queueNames: { "to-amocrm": "to-amocrm.fifo", "to-telegram": "to-telegram.fifo" },
  });
  const metLimit = (owner: string) =>
    facts.of("call").some(({ attempt, status }) => attempt?.owner === owner && status === 429);
  const sender = mutant.sender?.(code, world.queues, metLimit) ?? code;
  return world.deployed.senderVersion === 2 ? readingBoth(sender) : sender;
}
