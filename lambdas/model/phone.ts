/** The settings for when customers are asked for their number. */
export const askPhoneMoments = ["never", "at-start", "when-called"] as const;

/** When customers are asked for their number: never, with the greeting, or when they want an operator. */
export type AskPhone = (typeof askPhoneMoments)[number];

/** At most fifteen digits; none in use has fewer than seven. @see https://www.itu.int/rec/T-REC-E.164 */
const international = /^[1-9][0-9]{6,14}$/;

/** The number as E.164 has it, `+` and digits; undefined for what does not begin with a country's code. */
export function e164Of(written: string): string | undefined {
  const digits = digitsOf(written).replace(/^\+/, "");
  return international.test(digits) ? `+${digits}` : undefined;
}

/**
 * Is this, as somebody wrote it down, that E.164 number? With `8` and ten digits people in Russia and
 * Kazakhstan mean their +7.
 */
export function isSamePhone(written: string, phone: string): boolean {
  const atHome = /^8([0-9]{10})$/.exec(digitsOf(written))?.[1];
  return e164Of(written) === phone || (atHome !== undefined && phone === `+7${atHome}`);
}

/** The digits that both ways of writing a number have in common, to search by. */
export function searchedDigits(phone: string): string {
  return phone.replace(/^\+7(?=[0-9]{10}$)/, "").replace("+", "");
}

function digitsOf(written: string): string {
  return written.replace(/[\s().\p{Dash_Punctuation}]/gu, "");
}
