import type { Conversation } from "../model/conversation.ts";

/** Conversations by when something last went through them. */
export interface ActiveConversations {
  /** Everyone touched since then, to the hour; each once. */
  since(sinceMillis: number): AsyncIterable<Conversation>;
}
