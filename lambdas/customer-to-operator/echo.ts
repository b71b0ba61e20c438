import type { Conversation } from "../model/conversation.ts";
import { isFailure, TransientFailure } from "../model/failure.ts";
import type { OperatorEvent } from "../model/message.ts";
import type { Now } from "../model/runtime.ts";
import type { CrmHistory } from "../model/crm.ts";
import type { EchoMemory } from "../model/stores.ts";
import type { StepContext, StepResult } from "../delivery/attempt.ts";

/** Longer than these three together: an attempt that dies, its lease, and the next attempt. */
const importMillis = 180_000;
const waitSeconds = 2;
/** amoCRM sends hooks at once, and late to slow receivers. A day after an import, we expect none. */
const rememberedMillis = 86_400_000;

/**
 * Stops our own words from coming back to the customer. The bridge shows the bot's words in amoCRM,
 * and amoCRM may send a hook for them. The guard remembers amoCRM's id of each message that we
 * import in this way. A hook that comes during such an import waits until the guard knows the id.
 */
export type EchoGuard = {
  /** Shows a message in amoCRM and remembers its id as ours. */
  importing(
    conversationId: string,
    text: string,
    show: () => Promise<StepResult>,
    context: Pick<StepContext, "conversations">,
  ): Promise<StepResult>;
  /** True when the hook is about our own words. Throws TransientFailure while that is unknown. */
  isEcho(event: OperatorEvent, conversation: Conversation | undefined): Promise<boolean>;
};

export function createEchoGuard(deps: {
  readonly memory: EchoMemory;
  readonly history: CrmHistory;
  readonly now: Now;
  readonly digest: (text: string) => string;
}): EchoGuard {
  const { memory, history, now, digest } = deps;

  /** What the history says about a message: ours (it has a msgid), an operator's, or nothing yet. */
  const inHistory = async (
    amocrmMessageId: string,
    { amojoChatId, conversationId, crmPausedUntilMillis: pausedUntilMillis = 0 }: Conversation,
  ): Promise<"ours" | "theirs" | undefined> => {
    if (amojoChatId === undefined) return undefined;
    try {
      const page = await history.page({ amojoChatId, conversationId, pausedUntilMillis }, 0);
      const found = page.find((message) => message.amocrmMessageId === amocrmMessageId);
      if (found === undefined) return undefined;
      return found.msgid === undefined ? "theirs" : "ours";
    } catch (error) {
      if (isFailure(error)) return undefined;
      throw error;
    }
  };

  /** True when these are the words of an import that failed, but that amoCRM may have carried out. */
  const mayBeLost = async (
    text: string,
    { conversationId, echoLostUntilMillis = 0 }: Conversation,
  ): Promise<boolean> => echoLostUntilMillis > now() && memory.has(wordsOf(conversationId, text));
  const wordsOf = (conversationId: string, text: string) =>
    `words:${conversationId}:${digest(text)}`;

  return {
    async importing(conversationId, text, show, { conversations }) {
      await conversations.update(conversationId, { echoUntilMillis: now() + importMillis });
      try {
        const shown = await show();
        const { id = "" } = shown;
        if (id !== "") await memory.remember(id, now());
        await conversations.update(conversationId, { echoUntilMillis: 0, echoedAtMillis: now() });
        return shown;
      } catch (error) {
        // The bridge may never retry this import, and a later import must not clear this mark.
        await memory.remember(wordsOf(conversationId, text), now());
        const echoLostUntilMillis = now() + rememberedMillis;
        await conversations.update(conversationId, { echoLostUntilMillis });
        throw error;
      }
    },
    async isEcho({ amocrmMessageId, content }, conversation) {
      if (conversation?.echoUntilMillis === undefined) return false;
      const { echoUntilMillis, echoedAtMillis = 0 } = conversation;
      const isSettled = echoUntilMillis === 0;
      const text = content.type === "text" ? content.text : "";
      const isLikely = await mayBeLost(text, conversation);
      if (isSettled && !isLikely && now() - echoedAtMillis > rememberedMillis) return false;
      if (await memory.has(amocrmMessageId)) return true;
      if (isSettled && !isLikely) return false;
      const found = await inHistory(amocrmMessageId, conversation);
      if (found !== undefined) return found === "ours";
      if (echoUntilMillis <= now()) return isLikely;
      throw new TransientFailure("an import is under way", { retryAfterSeconds: waitSeconds });
    },
  };
}
