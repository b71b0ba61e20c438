/** Our conversations by amoCRM's ids of their chats. */
export interface KnownChats {
  /** Undefined for a chat that is not known; one that was learned a moment ago may not be found yet. */
  conversationOf(amojoChatId: string): Promise<string | undefined>;
}
