import type { ActiveConversation } from "../model/activity.ts";

/** Conversations by when something last went through them. */
export interface ActiveConversations {
  /**
   * Everyone noted since then, to the hour; the newest hours first, and each once, with the latest
   * time it was noted at. Whether the conversation exists is not looked at.
   */
  since(sinceMillis: number): AsyncIterable<ActiveConversation>;
}
