import { createHash, timingSafeEqual } from "node:crypto";
import { parseObject, valueAt } from "../../http/untrusted.ts";

/**
 * True for a value that can be a secret token. Telegram allows no other form.
 * @see https://core.telegram.org/bots/api#setwebhook
 */
export function isWellFormedToken(token: string): boolean {
  return /^[A-Za-z0-9_-]{1,256}$/.test(token);
}

/**
 * Checks `X-Telegram-Bot-Api-Secret-Token` against every secret in use. It compares digests. So neither
 * the time nor an early end reveals anything about the secret, its length included.
 * @see https://core.telegram.org/bots/api#setwebhook
 */
export function verifySecretToken(given: string, secrets: readonly string[]): boolean {
  let valid = false;
  for (const secret of secrets) {
    if (secret === "") continue; // an unset secret admits no caller
    valid = timingSafeEqual(digest(secret), digest(given)) || valid;
  }
  return valid;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/**
 * A pressed button shows a spinner until the bot answers the press. The answer to the webhook does that.
 * So it needs no call, no token and no wait for amoCRM. Undefined for any other update.
 * @see https://core.telegram.org/bots/api#making-requests-when-getting-updates
 */
export function acknowledgementOf(body: Buffer): string | undefined {
  if (!body.includes('"callback_query"')) return undefined;
  const id = valueAt(parseObject(body), "callback_query", "id");
  if (typeof id !== "string" || id === "") return undefined;
  return JSON.stringify({ method: "answerCallbackQuery", callback_query_id: id });
}
