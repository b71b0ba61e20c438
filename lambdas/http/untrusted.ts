import { createHash } from "node:crypto";
import { isPlainId } from "../model/ids.ts";

/** The JSON object in a body; undefined for anything else. Never throws. */
export function parseObject(body: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(jsonTextOf(body));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A body as text, without byte order marks and blanks before it. A parser may ignore a mark, but
 * JSON.parse does not. A program of several files that each begin with a mark writes several marks.
 * @see https://www.rfc-editor.org/rfc/rfc8259#section-8.1
 */
export function jsonTextOf(body: Uint8Array): string {
  return Buffer.from(body).toString("utf8").trimStart();
}

/** The value at a path of field names; undefined when the path ends early. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) found = isObject(found) ? found[name] : undefined;
  return found;
}

/** The text at a path; undefined when there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = valueAt(value, ...path);
  return typeof found === "string" ? found : undefined;
}

/** The list at a path; empty when there is none. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The fields of an object from outside. */
export type Fields = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An id that queues and tables accept: the given id, else its SHA-256. */
export function plainId(id: string): string {
  return isPlainId(id) ? id : sha256(Buffer.from(id));
}

/** SHA-256 in lower-case hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * A request's fields with U+FFFD in place of every half of a surrogate pair. A text that was cut in the
 * middle of an emoji has such a half. Vendors refuse the whole request for it. Values that are no plain
 * data stay as they are.
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
