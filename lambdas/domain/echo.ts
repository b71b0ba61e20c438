import type { Conversation } from "../model/conversation.ts";
import { TransientFailure } from "../model/failure.ts";
import type { Now } from "../ports/clock.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { EchoMemory } from "../ports/echo-memory.ts";

/** Longer than an attempt that dies, its lease and the next attempt together. */
const importMillis = 180_000;
const waitSeconds = 2;

/**
 * Keeps our own words from coming back to the customer: what we show in amoCRM as the bot is
 * remembered by amoCRM's id of it, and a hook that comes while such an import is under way waits
 * until its id is known.
 */
export type EchoGuard = {
  /** Shows something in amoCRM and remembers its id as ours. */
  importing(conversationId: string, show: () => Promise<string>): Promise<string>;
  /** Is this hook our own words? Throws TransientFailure while that cannot be known. */
  isEcho(amocrmMessageId: string, conversation: Conversation | undefined): Promise<boolean>;
};

export function createEchoGuard(deps: {
  readonly memory: EchoMemory;
  readonly conversations: ConversationStore;
  readonly now: Now;
}): EchoGuard {
  const { memory, conversations, now } = deps;
  return {
    async importing(conversationId, show) {
      await conversations.update(conversationId, { echoUntilMillis: now() + importMillis });
      const amocrmMessageId = await show();
      if (amocrmMessageId !== "") await memory.remember(amocrmMessageId, now());
      await conversations.update(conversationId, { echoUntilMillis: now() });
      return amocrmMessageId;
    },
    async isEcho(amocrmMessageId, conversation) {
      if (conversation?.echoUntilMillis === undefined) return false;
      if (await memory.has(amocrmMessageId)) return true;
      if (conversation.echoUntilMillis <= now()) return false;
      throw new TransientFailure("an import is under way", { retryAfterSeconds: waitSeconds });
    },
  };
}
