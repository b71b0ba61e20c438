/**
 * Readers for fields of hooks. amoCRM leaves optional fields out, sends `null`, `""`, `false` or PHP's
 * empty `[]` in their place, and now and then a number for a text; none of it may lose a message.
 */

/**
 * A text, or undefined for an empty one and for anything that is no text and no number. U+FFFD stands for
 * half of a surrogate pair, which no vendor takes and nobody sees.
 */
export function textOf(value: unknown): string | undefined {
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return typeof value === "string" && value !== "" ? value.toWellFormed() : undefined;
}

/** A whole number above zero, written as a number or in digits; fractions are cut off. */
export function countOf(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof number !== "number") return undefined;
  const whole = Math.trunc(number);
  return Number.isSafeInteger(whole) && whole > 0 ? whole : undefined;
}

/** True for everything that stands where there is nothing. */
export function isAbsent(value: unknown): boolean {
  return value == null || value === "" || value === false || isEmptyArray(value);
}

/** The items of an array; anything else has none. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isEmptyArray(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
