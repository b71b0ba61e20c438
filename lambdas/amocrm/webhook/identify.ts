import { chatOf } from "../../model/ids.ts";
import { isObject, parseObject, plainId, sha256, valueAt } from "../../http/untrusted.ts";
import { textOf } from "../lenient.ts";
import { withoutTrailingLineBreaks } from "./signature.ts";

/**
 * Event id and queue group of a hook, from the body alone and for any body. A message hook is
 * known by amoCRM's id of the message, so that the same message found in the chat's history is the
 * same event; the chat is ours by `client_id`, else amoCRM's.
 *
 * Any other hook is known by the digest of its bytes, without line breaks at their end. A signature
 * without them fits the same hook with any number of them, so whoever replays it could make as many
 * events as they like. And a hook that could not be verified at the door, where nobody can say which
 * bytes were signed, gets the id that it would have had verified.
 */
export function identifyHook(body: Uint8Array, scopeId: string): { id: string; group: string } {
  const hook = parseObject(body);
  const digest = () => sha256(withoutTrailingLineBreaks(body));
  if (hook === undefined) return { id: digest(), group: "unidentified" };
  const messageId = textOf(valueAt(hook, "message", "message", "id"));
  const id =
    messageId === undefined
      ? plainId(`amo:${scopeId}:${digest()}`)
      : messageEventIdOf(scopeId, messageId);
  return { id, group: groupOf(hook) };
}

/** Event id of the hook that amoCRM sends for a message of this id. */
export function messageEventIdOf(scopeId: string, amocrmMessageId: string): string {
  return plainId(`amo:${scopeId}:${amocrmMessageId}`);
}

function groupOf(hook: Record<string, unknown>): string {
  const action = hook["action"];
  const subjects = [hook["message"], ...(isObject(action) ? Object.values(action) : [])];
  const conversation = subjects.map((subject) => valueAt(subject, "conversation")).find(isObject);
  const clientId = valueAt(conversation, "client_id");
  if (typeof clientId === "string" && chatOf(clientId) !== undefined) return plainId(clientId);
  const id = textOf(valueAt(conversation, "id"));
  return id === undefined ? "unidentified" : plainId(`amo-${id}`);
}

/**
 * A scope id as amoCRM makes it so far: `<channel id>_<account id>`. It promises no form, so what it
 * answers to `connect` is kept all the same.
 * @see https://www.amocrm.ru/developers/content/chats/chat-api-reference
 */
export function scopeIdOf(channelId: string, accountId: string): string {
  return `${channelId}_${accountId}`;
}

/** True for a scope id of that form. */
export function isScopeId(scopeId: string): boolean {
  return /^[A-Za-z0-9-]{1,64}_[A-Za-z0-9-]{1,64}$/.test(scopeId);
}

/** The account part of a scope id; a channel id holds no underscore. */
export function accountOf(scopeId: string): string {
  return scopeId.slice(scopeId.indexOf("_") + 1);
}
