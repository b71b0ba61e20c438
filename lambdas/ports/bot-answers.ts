import type { Language } from "../model/language.ts";

/** One request that the bot makes of Telegram in answer to an update. */
export type BotRequest = {
  /** The Bot API's method and its parameters, as JSON. */
  readonly method: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** What it says, for the operators' transcript. */
  readonly text: string;
};

/** What the bot makes of an update. */
export type BotAnswer = {
  readonly requests: readonly BotRequest[];
  /** The customer asked for a person, or the bot has no answer. */
  readonly callsOperator: boolean;
};

/**
 * The team's own bot. A function of the update alone: it is asked again when an attempt is
 * repeated, and nothing it does is done before its answer is.
 */
export interface BotAnswers {
  answer(update: Uint8Array, language: Language): Promise<BotAnswer>;
}
