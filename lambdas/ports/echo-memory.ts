/** Remembers which of amoCRM's messages are our own words. */
export interface EchoMemory {
  remember(amocrmMessageId: string, nowMillis: number): Promise<void>;
  has(amocrmMessageId: string): Promise<boolean>;
}
