/**
 * Readers for fields of hooks. amoCRM omits optional fields, or sends `null`, `""`, `false` or PHP's
 * empty `[]` in their place. Sometimes it sends a number for a text. None of these may lose a message.
 */

/**
 * A text; undefined for an empty text, and for a value that is no text and no number. U+FFFD replaces
 * half of a surrogate pair, which no vendor accepts and no person sees.
 */
export function textOf(value: unknown): string | undefined {
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return typeof value === "string" && value !== "" ? value.toWellFormed() : undefined;
}

/** A whole number above zero, from a number or from digits. It cuts fractions off. */
export function countOf(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof number !== "number") return undefined;
  const whole = Math.trunc(number);
  return Number.isSafeInteger(whole) && whole > 0 ? whole : undefined;
}

/** True for every value that amoCRM sends in place of nothing. */
export function isAbsent(value: unknown): boolean {
  return value == null || value === "" || value === false || isEmptyArray(value);
}

/** The items of an array; none for any other value. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isEmptyArray(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
