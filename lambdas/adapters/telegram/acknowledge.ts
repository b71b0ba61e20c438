import { parseObject, valueAt } from "../untrusted.ts";

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
