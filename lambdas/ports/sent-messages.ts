/** Which operator's message a message in Telegram is part of. */
export interface SentMessages {
  /** amoCRM's id of it; undefined for one that the bridge did not send, or no longer remembers. */
  amocrmMessageOf(conversationId: string, telegramMessageId: string): Promise<string | undefined>;
  /** The first Telegram message of an operator's message, by the event that delivered it. */
  telegramMessageOf(eventId: string): Promise<string | undefined>;
}
