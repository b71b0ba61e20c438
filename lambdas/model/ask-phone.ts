/** The settings for when customers are asked for their number. */
export const askPhoneMoments = ["never", "at-start", "when-called"] as const;

/** When customers are asked for their number: never, with the greeting, or when they want an operator. */
export type AskPhone = (typeof askPhoneMoments)[number];
