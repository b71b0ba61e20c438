import { PermanentFailure, TransientFailure } from "../model/failure.ts";
import { conversationIdOf } from "../model/ids.ts";
import type { Now } from "../ports/clock.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { CustomerMessenger } from "../ports/customer-messenger.ts";
import { respectPause } from "./chat-pause.ts";
import type { Pauses } from "./pauses.ts";

/**
 * The messenger, remembering in the conversation what its refusals say of the chat: that the
 * customer cannot be reached, and until when the chat wants to be left alone.
 */
export function attentiveMessenger(
  messenger: CustomerMessenger,
  deps: { readonly conversations: ConversationStore; readonly botId: string; readonly now: Now },
): CustomerMessenger {
  const remembering = async <Result>(chatId: string, call: Promise<Result>): Promise<Result> => {
    try {
      return await call;
    } catch (error) {
      const noted = noteOf(error, deps.now());
      if (noted !== undefined) {
        await deps.conversations.update(conversationIdOf(deps.botId, chatId), noted);
      }
      throw error;
    }
  };
  return {
    sendText: (chatId, ...rest) => remembering(chatId, messenger.sendText(chatId, ...rest)),
    sendFile: (chatId, ...rest) => remembering(chatId, messenger.sendFile(chatId, ...rest)),
    request: (chatId, ...rest) => remembering(chatId, messenger.request(chatId, ...rest)),
    react: (chatId, ...rest) => remembering(chatId, messenger.react(chatId, ...rest)),
    async touchChat(chatId, ...rest) {
      // Only repeats begin with it, and the chat may have been limited since the first try.
      const known = await deps.conversations.find(conversationIdOf(deps.botId, chatId));
      respectPause(known?.pausedUntilMillis, deps.now());
      return remembering(chatId, messenger.touchChat(chatId, ...rest));
    },
  };
}

/** The messenger, keeping still while the whole bot is paused, whichever queue a call comes from. */
export function patientMessenger(
  messenger: CustomerMessenger,
  deps: { readonly pauses: Pauses; readonly now: Now },
): CustomerMessenger {
  const waitForPause = async () => {
    respectPause(await deps.pauses.untilMillis("to-telegram"), deps.now());
  };
  return {
    async sendText(...call) {
      await waitForPause();
      return messenger.sendText(...call);
    },
    async sendFile(...call) {
      await waitForPause();
      return messenger.sendFile(...call);
    },
    async request(...call) {
      await waitForPause();
      return messenger.request(...call);
    },
    async react(...call) {
      await waitForPause();
      return messenger.react(...call);
    },
    async touchChat(...call) {
      await waitForPause();
      return messenger.touchChat(...call);
    },
  };
}

function noteOf(error: unknown, nowMillis: number) {
  if (error instanceof PermanentFailure) {
    const { reason } = error;
    if (reason !== "blocked" && reason !== "deactivated") return undefined;
    return { reach: reason, reachAtMillis: nowMillis };
  }
  if (error instanceof TransientFailure && error.isLimit) {
    return { pausedUntilMillis: nowMillis + (error.retryAfterSeconds ?? 0) * 1000 };
  }
  return undefined;
}
