/**
 * A request's fields with U+FFFD in place of every half of a surrogate pair, such as a text cut in the
 * middle of an emoji has: vendors refuse the whole request for one. What is no plain data is left as it is.
 * @see https://www.rfc-editor.org/rfc/rfc8259#section-8.2
 */
export function wellFormed<Value>(value: Value): Value {
  return repaired(value) as Value;
}

function repaired(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map(repaired);
  const isPlain =
    typeof value === "object" &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain) return value;
  const fields = Object.entries(value).map(([name, inner]) => [
    name.toWellFormed(),
    repaired(inner),
  ]);
  return Object.fromEntries(fields);
}
