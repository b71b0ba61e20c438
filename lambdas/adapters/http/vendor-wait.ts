const monthSeconds = 30 * 86_400;

/**
 * A vendor's wait in whole seconds, at least one and at most a month; undefined for anything that
 * is no wait: zero, a moment in the past, a word.
 */
export function vendorWait(value: unknown): number | undefined {
  const seconds = typeof value === "string" && /^\d+$/.test(value.trim()) ? Number(value) : value;
  if (typeof seconds !== "number" || !(seconds > 0)) return undefined;
  return Math.min(Math.ceil(seconds), monthSeconds);
}

/** The same from a `Retry-After` header: seconds, or an HTTP date. */
export function waitOfHeader(header: string | null, nowMillis: number): number | undefined {
  if (header === null) return undefined;
  const isDate = /^[A-Z][a-z]{2}, .* GMT$/.test(header.trim());
  return vendorWait(isDate ? (Date.parse(header) - nowMillis) / 1000 : header);
}
