import type { Conversation } from "../model/conversation.ts";
import type { Now } from "../ports/clock.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";

/** How old what was read ahead may be when it is looked at. */
const freshMillis = 1000;

/** The chat mappings, of which one may be asked for before it is needed. */
export type ConversationsAhead = ConversationStore & {
  /** Begins to read it, as it is now: for the next look at it, if that comes within a second. */
  readAhead(conversationId: string): void;
};

/**
 * Reads ahead for one attempt at a time: the conversation that nearly every event is about comes
 * while its event is being claimed, and not after it. What is written in between is seen.
 */
export function createReadAhead(conversations: ConversationStore, now: Now): ConversationsAhead {
  let ahead:
    | { id: string; askedAtMillis: number; found: Promise<Conversation | undefined> }
    | undefined;
  const take = (conversationId: string) => {
    if (ahead?.id !== conversationId) return undefined;
    const { found, askedAtMillis } = ahead;
    ahead = undefined;
    return now() - askedAtMillis <= freshMillis ? found : undefined;
  };
  return {
    readAhead(conversationId) {
      const found = conversations.find(conversationId);
      // Whoever looks at it hears of a failure; an event that needs no conversation does not.
      found.catch(() => undefined);
      ahead = { id: conversationId, askedAtMillis: now(), found };
    },
    find: (conversationId, options) =>
      take(conversationId) ?? conversations.find(conversationId, options),
    update(conversationId, changes) {
      take(conversationId);
      return conversations.update(conversationId, changes);
    },
  };
}
