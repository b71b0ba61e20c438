import type { Context } from "grammy/web";
import type { Language } from "../model/language.ts";

/** What the bot's handlers get: grammY's context, and what the bridge adds. */
export type BotContext = Context & {
  /** The customer's language: the one they chose, else their Telegram's. */
  readonly language: Language;
  /** Opens the conversation for the operators, with all that was said; the bot steps aside. */
  callOperator(): void;
};
