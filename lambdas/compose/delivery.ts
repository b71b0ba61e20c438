import { createHash } from "node:crypto";
import { decodeHook } from "../adapters/amocrm/decode.ts";
import { messageEventIdOf } from "../adapters/amocrm/identify.ts";
import { verifyHook } from "../adapters/amocrm/signature.ts";
import { createBodyOf } from "../adapters/bodies/body-of.ts";
import { decodeUpdate } from "../adapters/telegram/decode.ts";
import { secretsInUse } from "../config/ingest-credentials.ts";
import type { AmocrmChannelCredentials } from "../config/credentials.ts";
import { createActivity } from "../domain/activity.ts";
import { probeChat } from "../domain/carry-out.ts";
import { createEchoGuard } from "../domain/echo.ts";
import { createJobs } from "../domain/jobs.ts";
import { isOvertaken } from "../domain/overtaken.ts";
import type { Pace } from "../domain/pace.ts";
import type { Pauses } from "../domain/pauses.ts";
import { createReassure } from "../domain/reassure.ts";
import { regroup } from "../domain/regroup.ts";
import type { BridgeSettings } from "../domain/settings.ts";
import { createTelegramMessageOf } from "../domain/telegram-message.ts";
import { createTellOperator } from "../domain/tell-operator.ts";
import { composeCarryOut } from "./carry-out.ts";
import { createDeliverySender } from "../handlers/delivery-sender.ts";
import type { DeliverySenderDependencies } from "../handlers/delivery-sender.ts";
import type { Envelope } from "../model/envelope.ts";
import type { BodyStore } from "../ports/bodies.ts";
import type { Now, Random } from "../ports/clock.ts";
import type { BotAnswers } from "../ports/bot-answers.ts";
import type { ContactMarks } from "../ports/contact-marks.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { CrmChat } from "../ports/crm-chat.ts";
import type { CrmContacts } from "../ports/crm-contacts.ts";
import type { CrmHealth } from "../ports/crm-health.ts";
import type { CrmHistory } from "../ports/crm-history.ts";
import type { CustomerMessenger } from "../ports/customer-messenger.ts";
import type { CustomerFiles, MediaStore, OperatorFiles } from "../ports/files.ts";
import type { DeliveryLedger } from "../ports/delivery-ledger.ts";
import type { EchoMemory } from "../ports/echo-memory.ts";
import type { EventQueue } from "../ports/event-queue.ts";
import type { EventStanding } from "../ports/event-standing.ts";
import type { KnownChats } from "../ports/known-chats.ts";
import type { Logger } from "../ports/logger.ts";
import type { Redelivery } from "../ports/redelivery.ts";
import type { Transcript } from "../ports/transcript.ts";
import type { Secret } from "../ports/secret.ts";
import type { ShownPieces } from "../ports/shown-pieces.ts";

/** Everything a delivery touches, as ports: AWS's in production, simulated ones in tests. */
export type DeliveryPorts = {
  readonly settings: Omit<BridgeSettings, "hasBot" | "canSpeakAsBot">;
  readonly amocrm: {
    readonly channel: Secret<AmocrmChannelCredentials>;
    readonly crm: CrmChat;
    readonly history: CrmHistory;
    readonly contacts: CrmContacts;
    /** Present where customers are told that their messages wait. */
    readonly health?: CrmHealth;
  };
  readonly telegram: {
    readonly messenger: CustomerMessenger;
    readonly files: CustomerFiles;
    readonly botAddress: () => Promise<string | undefined>;
    /** Present where a bot answers until an operator is called. */
    readonly bot: BotAnswers | undefined;
  };
  readonly stores: {
    readonly ledger: DeliveryLedger & EventStanding;
    readonly conversations: ConversationStore;
    readonly knownChats: KnownChats;
    readonly contactMarks: ContactMarks;
    readonly echoMemory: EchoMemory;
    readonly shownPieces: ShownPieces;
    readonly transcript: Transcript;
    readonly pauses: Pauses;
  };
  readonly files: {
    readonly operatorFiles: OperatorFiles;
    readonly mediaStore: MediaStore;
    readonly bodies: BodyStore;
  };
  readonly queues: {
    readonly names: DeliverySenderDependencies["queues"]["names"];
    readonly toAmocrm: EventQueue;
    readonly toTelegram: EventQueue;
    readonly redelivery: Redelivery;
    /** How long an attempt holds its event: longer than the function runs, shorter than its visibility. */
    readonly leaseMillis: number;
  };
  readonly clock: { readonly now: Now; readonly random: Random; readonly pace: Pace };
  readonly logger: Logger;
};

/** The sender: what each event asks for, carried out over the ports. */
export function composeDelivery(ports: DeliveryPorts) {
  const { amocrm, telegram, stores, files, queues, clock, logger } = ports;
  const { channel, crm, history, health } = amocrm;
  const { ledger } = stores;
  const { now, random, pace } = clock;
  const { bot } = telegram;
  const settings: BridgeSettings = {
    ...ports.settings,
    hasBot: bot !== undefined,
    canSpeakAsBot: crm.canSpeakAsBot(),
  };
  const { botId } = settings;
  const bodyOf = createBodyOf(files.bodies);
  const hookIdOf = async (amocrmMessageId: string) =>
    messageEventIdOf((await channel.read()).scopeId, amocrmMessageId);
  const decodeTelegram = (body: Uint8Array) => decodeUpdate(body, botId);
  const memory = stores.echoMemory;
  const echo = createEchoGuard({ memory, history, now, digest: sha256 });
  const reading = { bodyOf, decodeAmocrm: decodeHook, knownChats: stores.knownChats };
  const eventOf = async (envelope: Envelope) => decodeTelegram(await bodyOf(envelope));
  const { messenger, botAddress } = telegram;
  const { toAmocrm, toTelegram } = queues;
  return createDeliverySender({
    stores: { ...stores, bodies: files.bodies, activity: createActivity() },
    work: {
      regroup: (attempt) => regroup(attempt, { ...reading, toTelegram, now, logger }),
      mayReadStale: ({ direction }) => direction === "to-amocrm" && !settings.hasBot,
      jobFor: createJobs({
        settings,
        incoming: {
          ...reading,
          isAuthentic: (envelope, body) => isAuthentic(envelope, body, channel),
          decodeTelegram,
        },
        talk: bot === undefined ? undefined : { bot, transcript: stores.transcript },
        echo,
        isOvertaken: async (event) => {
          const { scopeId } = await channel.read();
          const idOf = (amocrmMessageId: string) => messageEventIdOf(scopeId, amocrmMessageId);
          return isOvertaken(event, { history, ledger, hookIdOf: idOf });
        },
        telegramMessageOf: createTelegramMessageOf({ ledger, history, hookIdOf }),
        stateOf: (eventId) => ledger.stateOf(eventId),
        now,
        logger,
      }),
      carryOut: composeCarryOut(ports, settings, echo, hookIdOf),
      probe: (step, context) => probeChat(step, context, { messenger, now }),
      ...(health === undefined
        ? {}
        : { whileWaiting: createReassure({ health, toTelegram, now, eventOf }) }),
      tell: createTellOperator({ crm, toAmocrm, settings, now, logger, botAddress }),
    },
    queues: { names: queues.names, redelivery: queues.redelivery },
    pace,
    now,
    random,
    logger,
    leaseMillis: queues.leaseMillis,
  });
}

async function isAuthentic(
  { signature, scopeId, receivedAtMillis }: Envelope,
  body: Uint8Array,
  channel: Secret<AmocrmChannelCredentials>,
): Promise<boolean> {
  const fits = (known: AmocrmChannelCredentials) =>
    scopeId === known.scopeId && verifyHook(body, signature ?? "", secretsInUse(known));
  // Refused only by a secret that was read after the hook came.
  return fits(await channel.read()) || fits(await channel.readSince(receivedAtMillis));
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
