/** The facts for the letter, with a blank where the stage has none. */
export type Filled = {
  readonly serviceName: string;
  /** Ends with `:scope_id`, which amoCRM replaces. */
  readonly hookUrl: string;
  readonly accountId: string;
  readonly accountAddress: string;
  readonly email: string;
  readonly integrationId: string;
  readonly mediaDays: number;
};

/** A letter's words in one language. */
export type LetterWords = {
  readonly labels: { readonly subject: string; readonly attachment: string };
  readonly subject: (filled: Filled) => string;
  readonly opening: (filled: Filled) => string;
  /** In amoCRM's own order: the question, and this bridge's answer. */
  readonly points: readonly (readonly [string, (filled: Filled) => string])[];
  /** Further requests: amoCRM keeps these features off unless the letter asks for them. */
  readonly besides: readonly string[];
  readonly closing: readonly string[];
};
