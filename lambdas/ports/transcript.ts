import type { CustomerEvent } from "../model/message.ts";

/** What the bot said, and the Telegram message it is. */
type BotReply = { readonly text: string; readonly telegramMessageId: string };

/** What a customer said to the bot, and what it answered. */
export type Said = {
  readonly event: CustomerEvent;
  readonly acceptedAtMillis: number;
  readonly replies: readonly BotReply[];
};

/**
 * What was said before an operator was called: kept for two days, by conversation and number, so
 * that the operator can read it.
 */
export interface Transcript {
  put(conversationId: string, number: number, said: Said, nowMillis: number): Promise<void>;
  /** Those with these numbers that are still known, in order. */
  get(conversationId: string, numbers: readonly number[]): Promise<readonly Said[]>;
}
