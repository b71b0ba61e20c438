import { MemoryConversationStore } from "./memory/stores.ts";
import { AttemptConversations } from "../../lambdas/delivery/attempt-conversations.ts";
import { linkContact } from "../../lambdas/conversation/contact.ts";
import {
  createOpenConversation,
  touchEvery,
} from "../../lambdas/conversation/open-conversation.ts";
import type { AvatarOf } from "../../lambdas/conversation/avatar.ts";
import { aFakeContacts } from "./fake-contacts.ts";
import { aFakeCrm } from "./fake-crm.ts";
import { aRecordingLogger } from "./recording-logger.ts";
import { sharedMemory } from "./shared-memory.ts";

/** Opens conversations like the sender, each for an attempt of its own. The stores are in memory. */
export function anOpener({
  crm = aFakeCrm(),
  contacts = aFakeContacts(),
  conversations = new MemoryConversationStore(),
  avatarOf = async () => undefined,
  hasBot = false,
  now = () => 1_700_000_000_000,
  logger = aRecordingLogger(),
  beforeLive,
  touchEveryMillis = touchEvery(hasBot, undefined),
}: {
  beforeLive?: Parameters<typeof createOpenConversation>[0]["beforeLive"];
  touchEveryMillis?: number;
  crm?: ReturnType<typeof aFakeCrm>;
  contacts?: ReturnType<typeof aFakeContacts>;
  conversations?: MemoryConversationStore;
  avatarOf?: AvatarOf;
  hasBot?: boolean;
  now?: () => number;
  logger?: ReturnType<typeof aRecordingLogger>;
} = {}) {
  const linking = { contacts, ...sharedMemory(now), now, logger };
  const openConversation = createOpenConversation({
    crm,
    contacts,
    linkContact: (conversation, person, ofAttempt) =>
      linkContact(conversation, person, { ...linking, conversations: ofAttempt }),
    avatarOf,
    hasBot,
    touchEveryMillis,
    ...(beforeLive === undefined ? {} : { beforeLive }),
    now,
  });
  return {
    crm,
    contacts,
    conversations,
    openConversation,
    open: (
      event: Parameters<typeof openConversation>[0],
      options?: Parameters<typeof openConversation>[2],
    ) => openConversation(event, new AttemptConversations(conversations), options),
  };
}
