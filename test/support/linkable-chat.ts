import { MemoryContactMarks, MemoryConversationStore, MemoryPauseStore } from "./memory/stores.ts";
import { linkContact } from "../../lambdas/conversation/contact.ts";
import { createPauses } from "../../lambdas/delivery/rate-limits.ts";
import type { Conversation } from "../../lambdas/model/conversation.ts";
import type { CrmContacts } from "../../lambdas/model/crm.ts";
import { aClock } from "./clock.ts";
import { aFakeContacts } from "./fake-contacts.ts";
import { aRecordingLogger } from "./recording-logger.ts";

const customer = { id: "tg-42", name: "Anna Petrova", language: "en" } as const;

/** A chat whose contact is linked in one or more attempts, some time apart. */
export async function aLinkableChat(
  known: Partial<Conversation> = {},
  contacts: CrmContacts & { readonly calls: string[] } = aFakeContacts(),
  {
    clock = aClock(),
    pauseStore = new MemoryPauseStore(),
    contactMarks = new MemoryContactMarks(),
  } = {},
) {
  const { conversationId: id = "tg-700-42" } = known;
  const conversations = new MemoryConversationStore();
  await conversations.update(id, { amojoChatId: "amojo-chat", ...known });
  const logger = aRecordingLogger();
  const pauses = createPauses(pauseStore, clock.now);
  const deps = { contacts, contactMarks, conversations, now: clock.now, logger, pauses };
  return {
    clock,
    logger,
    contacts,
    pauses,
    stored: () => conversations.find(id),
    link: async (ownPhone?: string) => {
      const conversation = (await conversations.find(id)) ?? { conversationId: id };
      const person = { customer, ...(ownPhone === undefined ? {} : { ownPhone }) };
      return linkContact({ ...conversation, amojoChatId: "amojo-chat" }, person, deps);
    },
  };
}
