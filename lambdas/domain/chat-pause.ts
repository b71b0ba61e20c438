import { TransientFailure } from "../model/failure.ts";
import type { Now } from "../ports/clock.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";

/** Throws while a vendor's wait for a chat lasts: no call may be made before it is over. */
export function respectPause(pausedUntilMillis: number | undefined, nowMillis: number): void {
  if (pausedUntilMillis === undefined || pausedUntilMillis <= nowMillis) return;
  const retryAfterSeconds = Math.ceil((pausedUntilMillis - nowMillis) / 1000);
  throw new TransientFailure("the chat is to be left alone", { retryAfterSeconds });
}

/** Remembers amoCRM's wait for one call of a chat: whoever repeats the call is bound by it. */
export async function noteCrmPause(
  conversationId: string,
  error: unknown,
  {
    conversations,
    now,
  }: { readonly conversations: Pick<ConversationStore, "update">; readonly now: Now },
): Promise<void> {
  if (!(error instanceof TransientFailure) || !error.isLimit) return;
  const crmPausedUntilMillis = now() + (error.retryAfterSeconds ?? 0) * 1000;
  await conversations.update(conversationId, { crmPausedUntilMillis });
}
