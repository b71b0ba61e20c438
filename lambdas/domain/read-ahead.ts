import type { Conversation } from "../model/conversation.ts";
import type { Now } from "../ports/clock.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";

/** How old what was read ahead may be when it is looked at. */
const freshMillis = 1000;

/** The chat mappings, of which one may be asked for before it is needed. */
export type ConversationsAhead = ConversationStore & {
  /** Begins to read it for the next look at it that is content with that, if it comes within a second. */
  readAhead(conversationId: string, look?: Look): void;
};
type Look = Parameters<ConversationStore["find"]>[1];

/**
 * Reads ahead for one attempt at a time: the conversation that nearly every event is about comes
 * while its event is being claimed, and not after it. What is written in between is seen.
 */
export function createReadAhead(conversations: ConversationStore, now: Now): ConversationsAhead {
  type Ahead = { id: string; look: Look; askedAtMillis: number; found: Promise<Found> };
  type Found = Conversation | undefined;
  let ahead: Ahead | undefined;
  const take = (conversationId: string, look: Look): Promise<Found> | undefined => {
    if (ahead?.id !== conversationId) return undefined;
    const isOld = ahead.look?.mayBeOld === true && look?.mayBeOld !== true;
    if (isOld || now() - ahead.askedAtMillis > freshMillis) return undefined;
    const { found } = ahead;
    ahead = undefined;
    return found;
  };
  return {
    readAhead(conversationId, look) {
      const found = conversations.find(conversationId, look);
      // Whoever looks at it hears of a failure; an event that needs no conversation does not.
      found.catch(() => undefined);
      ahead = { id: conversationId, look, askedAtMillis: now(), found };
    },
    find: (conversationId, look) =>
      take(conversationId, look) ?? conversations.find(conversationId, look),
    update(conversationId, changes) {
      if (ahead?.id === conversationId) ahead = undefined;
      return conversations.update(conversationId, changes);
    },
  };
}
