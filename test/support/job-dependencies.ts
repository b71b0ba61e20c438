import { decodeHook } from "../../lambdas/adapters/amocrm/decode.ts";
import { createBodyOf } from "../../lambdas/adapters/bodies/body-of.ts";
import { MemoryBodyStore } from "../../lambdas/adapters/memory/memory-body-store.ts";
import { MemoryConversationStore } from "../../lambdas/adapters/memory/memory-conversation-store.ts";
import { MemoryEchoMemory } from "../../lambdas/adapters/memory/memory-echo-memory.ts";
import { MemoryShownPieces } from "../../lambdas/adapters/memory/memory-shown-pieces.ts";
import { MemoryTranscript } from "../../lambdas/adapters/memory/memory-transcript.ts";
import { decodeUpdate } from "../../lambdas/adapters/telegram/decode.ts";
import { createEchoGuard } from "../../lambdas/domain/echo.ts";
import type { JobsDependencies } from "../../lambdas/domain/jobs.ts";
import type { Now } from "../../lambdas/ports/clock.ts";
import { botId } from "./events.ts";
import { aDigest } from "./echo-digest.ts";
import { aFakeCrm } from "./fake-crm.ts";
import { aFakeMediaStore, aFile, fakeFiles } from "./fake-files.ts";
import { aFakeHistory } from "./fake-history.ts";
import { aFakeMessenger } from "./fake-messenger.ts";
import { aRecordingLogger } from "./recording-logger.ts";
import { sentMessages } from "./sent-messages.ts";

/** What events need to become jobs: the real decoders, memory stores and fakes outside. */
export function jobDependencies(
  changes: Partial<JobsDependencies> & { readonly now?: Now } = {},
): JobsDependencies & {
  readonly conversations: MemoryConversationStore;
  readonly memory: MemoryEchoMemory;
} {
  const conversations = new MemoryConversationStore();
  const memory = new MemoryEchoMemory();
  const now = changes.now ?? (() => 1_700_000_000_000);
  return {
    crm: aFakeCrm(),
    messenger: aFakeMessenger(),
    botId,
    operatorLanguage: "en",
    askPhone: "never",
    logger: aRecordingLogger(),
    openConversation: async () => ({ amojoChatId: "amojo-chat" }),
    sentMessages: sentMessages(),
    files: fakeFiles(aFile("bytes")),
    operatorFiles: fakeFiles(aFile("bytes")),
    mediaStore: aFakeMediaStore(),
    shownPieces: new MemoryShownPieces(),
    inspect: () => ({ isVoice: false }),
    telegramMessageOf: async () => undefined,
    bot: undefined,
    transcript: new MemoryTranscript(),
    isAuthentic: async () => true,
    bodyOf: createBodyOf(new MemoryBodyStore()),
    isOvertaken: async () => false,
    decodeTelegram: (body) => decodeUpdate(body, botId),
    decodeAmocrm: decodeHook,
    stateOf: async () => undefined,
    echo: createEchoGuard({
      memory,
      history: aFakeHistory({}),
      conversations,
      now,
      digest: aDigest,
    }),
    now,
    memory,
    ...changes,
    conversations,
    knownChats: conversations,
  };
}
