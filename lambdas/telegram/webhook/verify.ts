import { createHash, timingSafeEqual } from "node:crypto";
import { parseObject, valueAt } from "../../http/untrusted.ts";

/**
 * True for a value that could be a secret token: Telegram allows no other.
 * @see https://core.telegram.org/bots/api#setwebhook
 */
export function isWellFormedToken(token: string): boolean {
  return /^[A-Za-z0-9_-]{1,256}$/.test(token);
}

/**
 * Checks `X-Telegram-Bot-Api-Secret-Token` against every secret in use. Digests are compared, so
 * that neither the time nor an early end tells anything of the secret, its length included.
 * @see https://core.telegram.org/bots/api#setwebhook
 */
export function verifySecretToken(given: string, secrets: readonly string[]): boolean {
  let valid = false;
  for (const secret of secrets) {
    if (secret === "") continue; // an unset secret admits nobody
    valid = timingSafeEqual(digest(secret), digest(given)) || valid;
  }
  return valid;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/**
 * A pressed button spins until it is answered, so the answer to the webhook itself does that: no
 * call, no token, no waiting for amoCRM. Undefined for any other update.
 * @see https://core.telegram.org/bots/api#making-requests-when-getting-updates
 */
export function acknowledgementOf(body: Buffer): string | undefined {
  if (!body.includes('"callback_query"')) return undefined;
  const id = valueAt(parseObject(body), "callback_query", "id");
  if (typeof id !== "string" || id === "") return undefined;
  return JSON.stringify({ method: "answerCallbackQuery", callback_query_id: id });
}
