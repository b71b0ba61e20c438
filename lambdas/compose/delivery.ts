import { createHash } from "node:crypto";
import { decodeHook } from "../amocrm/decode/hook.ts";
import { messageEventIdOf } from "../amocrm/webhook/identify.ts";
import { verifyHook } from "../amocrm/webhook/signature.ts";
import { createBodyOf } from "../ingest/pack-body.ts";
import { decodeUpdate } from "../telegram/decode/update.ts";
import { secretsInUse } from "../ingest/credentials.ts";
import type { AmocrmChannelCredentials } from "./credentials.ts";
import { createActivity } from "../delivery/activity.ts";
import { probeChat, createCarryOut } from "../routing/carry-out.ts";
import { createEchoGuard } from "../customer-to-operator/echo.ts";
import type { EchoGuard } from "../customer-to-operator/echo.ts";
import { createRouter } from "../routing/route-event.ts";
import {
  isOutOfOrder,
  createTelegramMessageOf,
  createSentMessages,
} from "../conversation/message-lookup.ts";
import type { Throttle } from "../delivery/throttle.ts";
import type { Pauses } from "../delivery/rate-limits.ts";
import { createOutageNotice } from "../delivery/outage-notice.ts";
import { regroup } from "../routing/regroup.ts";
import type { BridgeSettings } from "../delivery/settings.ts";
import { createStatusReport } from "../delivery/status-report.ts";
import { createDeliverySender } from "../delivery/sqs-batch.ts";
import type { DeliverySenderDependencies } from "../delivery/sqs-batch.ts";
import type { Envelope } from "../model/envelope.ts";
import type {
  BodyStore,
  ContactMarks,
  LeadLocks,
  ConversationStore,
  DeliveryLedger,
  EchoMemory,
  FailedAttempts,
  DeliveryStates,
  KnownChats,
  Transcript,
  ShownPieces,
} from "../model/stores.ts";
import type { Now, Random, EventQueue, Logger, Redelivery, Secret } from "../model/runtime.ts";
import type {
  BotAnswers,
  CustomerMessenger,
  CustomerFiles,
  MediaStore,
  OperatorFiles,
} from "../model/messenger.ts";
import type {
  CrmChat,
  CrmContacts,
  CrmHealth,
  CrmHistory,
  CrmLeads,
  CrmTalks,
  CrmTasks,
  LeadPlan,
} from "../model/crm.ts";
import type { WaitList } from "../model/stores.ts";
import { inspect } from "../http/sniff.ts";
import { TimedOut, within } from "../http/time-limit.ts";
import { createAvatarOf } from "../conversation/avatar.ts";
import type { AvatarOf } from "../conversation/avatar.ts";
import { invitationFor } from "../conversation/invitation.ts";
import { linkContact } from "../conversation/contact.ts";
import { composeLeads } from "./leads.ts";
import type { StartDependencies } from "../conversation/start-news.ts";
import { createOpenConversation, touchEvery } from "../conversation/open-conversation.ts";

/** The ports of a delivery: AWS's in production, simulated ones in tests. */
export type DeliveryPorts = {
  readonly settings: Omit<BridgeSettings, "hasBot" | "canSpeakAsBot" | "touchEveryMillis">;
  /** The keys of the bridge's own deep links, and the links that it keeps. */
  readonly deepLinks: Pick<StartDependencies, "keys" | "links">;
  /** How the bridge makes leads; undefined where it makes none. */
  readonly leadPlan: LeadPlan | undefined;
  readonly amocrm: {
    readonly channel: Secret<AmocrmChannelCredentials>;
    readonly crm: CrmChat;
    readonly history: CrmHistory;
    readonly contacts: CrmContacts;
    readonly leads: CrmLeads;
    readonly talks: CrmTalks;
    readonly tasks: CrmTasks;
    /** Present when the bridge sends outage notices. */
    readonly health?: CrmHealth;
  };
  readonly telegram: {
    readonly messenger: CustomerMessenger;
    readonly files: CustomerFiles;
    readonly botAddress: () => Promise<string | undefined>;
    /** Present when a bot answers until an operator is called. */
    readonly bot: BotAnswers | undefined;
  };
  readonly stores: {
    readonly ledger: DeliveryLedger & DeliveryStates;
    readonly conversations: ConversationStore;
    readonly knownChats: KnownChats;
    readonly contactMarks: ContactMarks;
    readonly leadLocks: LeadLocks;
    readonly echoMemory: EchoMemory;
    readonly shownPieces: ShownPieces;
    readonly transcript: Transcript;
    readonly waits: WaitList;
    readonly pauses: Pauses;
    readonly failedAttempts: FailedAttempts;
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
    /** How long an attempt holds its event: longer than the function runs, shorter than the visibility. */
    readonly leaseMillis: number;
  };
  readonly clock: { readonly now: Now; readonly random: Random; readonly throttle: Throttle };
  readonly logger: Logger;
};

/** The sender. It carries out the steps of each event over the ports. */
export function composeDelivery(ports: DeliveryPorts) {
  const { amocrm, telegram, stores, files, queues, clock, logger } = ports;
  const { channel, crm, history, health } = amocrm;
  const { ledger } = stores;
  const { now, random, throttle } = clock;
  const { bot } = telegram;
  const settings: BridgeSettings = {
    ...ports.settings,
    hasBot: bot !== undefined,
    canSpeakAsBot: crm.canSpeakAsBot(),
    touchEveryMillis: touchEvery(bot !== undefined, ports.leadPlan?.checkLeadAfterMillis),
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
    actions: {
      regroup: (attempt) => regroup(attempt, { ...reading, toTelegram, now, logger }),
      mayReadStale: ({ direction }) =>
        // An old state of a wait would begin it twice, or not at all.
        direction === "to-amocrm" && !settings.hasBot && settings.unanswered === undefined,
      route: createRouter({
        settings,
        incoming: {
          ...reading,
          isAuthentic: (envelope, body) => isAuthentic(envelope, body, channel),
          decodeTelegram,
        },
        starting: { ...ports.deepLinks, toAmocrm, now },
        talk: bot === undefined ? undefined : { bot, transcript: stores.transcript },
        lookups: {
          echo,
          isOutOfOrder: (event) => isOutOfOrder(event, { history, ledger, hookIdOf }),
          telegramMessageOf: createTelegramMessageOf({ ledger, history, hookIdOf }),
        },
        waits: stores.waits,
        stateOf: (eventId) => ledger.stateOf(eventId),
        now,
        logger,
      }),
      carryOut: composeCarryOut(ports, settings, echo, hookIdOf),
      probe: (step, context) => probeChat(step, context, { messenger, logger, now }),
      ...(health === undefined
        ? {}
        : { whileWaiting: createOutageNotice({ health, toTelegram, now, eventOf }) }),
      reportOutcome: createStatusReport({
        crm,
        toAmocrm,
        settings,
        now,
        logger,
        invitationFor: (amojoChatId) => {
          const { contacts } = amocrm;
          const inviting = { ...ports.deepLinks, botAddress, contacts, pauses: stores.pauses, now };
          return invitationFor(amojoChatId, inviting);
        },
      }),
    },
    queues: { names: queues.names, redelivery: queues.redelivery },
    throttle,
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
  // We refuse a hook only by a secret that we read after the hook came.
  return fits(await channel.read()) || fits(await channel.readSince(receivedAtMillis));
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

const avatarMillis = 4000;

/** Makes the function that carries out the steps of events over the ports. */
function composeCarryOut(
  ports: DeliveryPorts,
  settings: BridgeSettings,
  echo: EchoGuard,
  hookIdOf: (amocrmMessageId: string) => Promise<string>,
) {
  const { amocrm, telegram, stores, files, clock, logger } = ports;
  const { crm, contacts, history, talks, tasks } = amocrm;
  const { now } = clock;
  const { ledger, pauses, contactMarks, shownPieces, transcript } = stores;
  const { mediaStore, operatorFiles } = files;
  const linking = { contacts, contactMarks, pauses, now, logger };
  const { toAmocrm } = ports.queues;
  const making = { ...linking, leads: amocrm.leads, locks: stores.leadLocks, toAmocrm };
  const leads = composeLeads(ports.leadPlan, { ...making, random: clock.random });
  const openConversation = createOpenConversation({
    crm,
    contacts,
    linkContact: (conversation, person, conversations) =>
      linkContact(conversation, person, { ...linking, conversations }),
    avatarOf: withAvatarTimeout(createAvatarOf({ files: telegram.files, mediaStore, now, logger })),
    ...(settings.callsMainApi && { beforeLive: leads.beforeLive }),
    hasBot: settings.hasBot,
    touchEveryMillis: settings.touchEveryMillis,
    now,
  });
  const sentMessages = createSentMessages({ ledger, history, hookIdOf });
  return createCarryOut({
    showing: {
      settings,
      crm,
      openConversation,
      sentMessages,
      shownPieces,
      mediaStore,
      echo,
      now,
    },
    keeping: { files: telegram.files, mediaStore, now },
    sending: { messenger: telegram.messenger, operatorFiles, inspect },
    reporting: { crm, logger, now },
    mainApi: {
      settings,
      talks: withTimeLimit(talks),
      tasks,
      contacts,
      pauses,
      toAmocrm,
      digest: sha256,
      now,
      logger,
    },
    transcript,
    makeLateLead: leads.makeLateLead,
    now,
  });
}

const closeMillis = 10_000;

/** The customer's next message does not wait long for the end of a talk in amoCRM. */
function withTimeLimit(talks: CrmTalks): CrmTalks {
  return {
    ...talks,
    newest: (...asked) => within(closeMillis, () => talks.newest(...asked)),
  };
}

/** A message does not wait for a slow picture. It goes on without the picture. */
function withAvatarTimeout(avatarOf: AvatarOf): AvatarOf {
  return (...asked) =>
    within(avatarMillis, () => avatarOf(...asked)).catch((error: unknown) => {
      if (error instanceof TimedOut) return undefined;
      throw error;
    });
}
