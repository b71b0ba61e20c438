/** What the letter is filled in with; a blank where the stage does not say. */
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
  /** In amoCRM's own order: what is asked, and what this bridge answers. */
  readonly points: readonly (readonly [string, (filled: Filled) => string])[];
  /** What has to be asked for, or it stays off. */
  readonly besides: readonly string[];
  readonly closing: readonly string[];
};
