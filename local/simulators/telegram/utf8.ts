import { isWellFormed } from "../well-formed.ts";
import { badRequest } from "./answers.ts";
import type { TelegramRefusal } from "./answers.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The Bot API's refusal of bytes that are no text, and of half a surrogate pair. */
function notUtf8(): TelegramRefusal {
  return badRequest("strings must be encoded in UTF-8");
}

/** The bytes as text. Throws a refusal when they are not UTF-8. */
export function textIn(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw notUtf8();
  }
}

/** The same JSON. Throws a refusal when one of its strings has half a surrogate pair. */
export function wellFormedOf<Value>(value: Value): Value {
  if (!isWellFormed(value)) throw notUtf8();
  return value;
}
