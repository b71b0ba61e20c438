import { fixedSecret } from "../../lambdas/model/runtime.ts";
import { aFakeContacts } from "./fake-contacts.ts";
import { aFakeQueue } from "./fake-queue.ts";
import { touchEvery } from "../../lambdas/conversation/open-conversation.ts";
import { decodeHook } from "../../lambdas/amocrm/decode/hook.ts";
import { createBodyOf } from "../../lambdas/ingest/pack-body.ts";
import {
  MemoryBodyStore,
  MemoryConversationStore,
  MemoryDeepLinks,
  MemoryEchoMemory,
  MemoryShownPieces,
  MemoryPauseStore,
  MemoryTranscript,
  MemoryWaits,
} from "./memory/stores.ts";
import { decodeUpdate } from "../../lambdas/telegram/decode/update.ts";
import { AttemptConversations } from "../../lambdas/delivery/attempt-conversations.ts";
import { createCarryOut, probeChat } from "../../lambdas/routing/carry-out.ts";
import type { CarryOutDependencies } from "../../lambdas/routing/carry-out.ts";
import { createEchoGuard } from "../../lambdas/customer-to-operator/echo.ts";
import type {
  IncomingDependencies,
  RoutingDependencies,
} from "../../lambdas/routing/route-event.ts";
import type { BridgeSettings } from "../../lambdas/delivery/settings.ts";
import type { Step } from "../../lambdas/delivery/step.ts";
import type { LedgerEntry } from "../../lambdas/model/ledger.ts";
import type { BotAnswers } from "../../lambdas/model/messenger.ts";
import type { ConversationStore, Transcript } from "../../lambdas/model/stores.ts";
import { anEntry, botId, someSettings } from "./events.ts";
import { aDigest } from "./echo-digest.ts";
import { aFakeCrm } from "./fake-crm.ts";
import { aFakeMediaStore, aFile, fakeFiles } from "./fake-files.ts";
import { aFakeHistory } from "./fake-history.ts";
import { aFakeTalks } from "./fake-talks.ts";
import { aFakeTasks } from "./fake-tasks.ts";
import { createPauses } from "../../lambdas/delivery/rate-limits.ts";
import { aFakeMessenger } from "./fake-messenger.ts";
import { aRecordingLogger } from "./recording-logger.ts";
import { sentMessages } from "./sent-messages.ts";

type Showing = CarryOutDependencies["showing"];

/** The test's replacements for the outside, each by its own name. */
export type Fakes = Partial<
  Omit<Showing, "settings" | "echo"> &
    CarryOutDependencies["sending"] &
    CarryOutDependencies["keeping"] &
    IncomingDependencies &
    Pick<RoutingDependencies["lookups"], "isOutOfOrder" | "telegramMessageOf"> &
    Pick<RoutingDependencies, "stateOf" | "logger"> &
    Pick<CarryOutDependencies["mainApi"], "tasks" | "talks" | "pauses" | "contacts"> &
    Pick<RoutingDependencies, "waits"> &
    Pick<
      BridgeSettings,
      "operatorLanguage" | "askPhone" | "workingHours" | "unanswered" | "closeTalks"
    > & {
      readonly bot: BotAnswers;
      readonly transcript: Transcript;
    }
>;

/** The dependencies of routing and carrying out: real decoders, stores in memory, fakes outside. */
export function routingDependencies(fakes: Fakes = {}) {
  const conversations = new MemoryConversationStore();
  const memory = new MemoryEchoMemory();
  const {
    now = () => 1_700_000_000_000,
    crm = aFakeCrm(),
    messenger = aFakeMessenger(),
    logger = aRecordingLogger(),
    mediaStore = aFakeMediaStore(),
    transcript = new MemoryTranscript(),
    stateOf = async () => undefined,
    waits = new MemoryWaits(),
    bot,
  } = fakes;
  const settings = someSettings({
    hasBot: bot !== undefined,
    touchEveryMillis: touchEvery(bot !== undefined, undefined),
    canSpeakAsBot: crm.canSpeakAsBot(),
    ...(fakes.operatorLanguage === undefined ? {} : { operatorLanguage: fakes.operatorLanguage }),
    ...(fakes.askPhone === undefined ? {} : { askPhone: fakes.askPhone }),
    workingHours: fakes.workingHours,
    unanswered: fakes.unanswered,
    closeTalks: fakes.closeTalks,
  });
  const echo = createEchoGuard({ memory, history: aFakeHistory({}), now, digest: aDigest });
  const outside: CarryOutDependencies = {
    showing: {
      settings,
      crm,
      openConversation: fakes.openConversation ?? (async () => ({ amojoChatId: "amojo-chat" })),
      sentMessages: fakes.sentMessages ?? sentMessages(),
      shownPieces: fakes.shownPieces ?? new MemoryShownPieces(),
      mediaStore,
      echo,
      now,
    },
    keeping: { files: fakes.files ?? fakeFiles(aFile("bytes")), mediaStore, now },
    sending: {
      messenger,
      operatorFiles: fakes.operatorFiles ?? fakeFiles(aFile("bytes")),
      inspect: fakes.inspect ?? (() => ({ isVoice: false })),
    },
    reporting: { crm, logger, now },
    mainApi: {
      settings,
      tasks: fakes.tasks ?? aFakeTasks(),
      talks: fakes.talks ?? aFakeTalks(),
      contacts: { ...aFakeContacts(), ...fakes.contacts },
      toAmocrm: aFakeQueue(),
      digest: aDigest,
      pauses: fakes.pauses ?? createPauses(new MemoryPauseStore(), now),
      now,
      logger,
    },
    transcript,
    makeLateLead: async () => undefined,
    now,
  };
  const carryOut = createCarryOut(outside);
  return {
    settings,
    incoming: {
      bodyOf: fakes.bodyOf ?? createBodyOf(new MemoryBodyStore()),
      isAuthentic: fakes.isAuthentic ?? (async () => true),
      decodeTelegram: fakes.decodeTelegram ?? ((body: Uint8Array) => decodeUpdate(body, botId)),
      decodeAmocrm: fakes.decodeAmocrm ?? decodeHook,
      knownChats: conversations,
    },
    starting: {
      keys: fixedSecret({ current: "deep-link-key" }),
      links: new MemoryDeepLinks(),
      toAmocrm: aFakeQueue(),
      now,
    },
    talk: bot === undefined ? undefined : { bot, transcript },
    lookups: {
      echo,
      isOutOfOrder: fakes.isOutOfOrder ?? (async () => false),
      telegramMessageOf: fakes.telegramMessageOf ?? (async () => undefined),
    },
    stateOf,
    waits,
    now,
    logger,
    conversations,
    memory,
    carryOut,
    probe: (step: Step, context: Parameters<typeof probeChat>[1]) =>
      probeChat(step, context, { messenger, logger, now }),
    /** Carries out a step as the first of an attempt. */
    run: (step: Step, entry: LedgerEntry = anEntry()) =>
      carryOut(step, {
        entry,
        deadlineMillis: Number.MAX_SAFE_INTEGER,
        conversations: anAttemptAt(conversations),
        isFirst: true,
      }),
  } satisfies RoutingDependencies & Record<string, unknown>;
}

/** The conversations as one attempt reads them. */
export function anAttemptAt(
  conversations: ConversationStore = new MemoryConversationStore(),
): AttemptConversations {
  return new AttemptConversations(conversations);
}
