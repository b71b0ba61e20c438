import { chatOf } from "../../model/ids.ts";
import { isObject, parseObject, plainId, sha256, valueAt } from "../../http/untrusted.ts";
import { textOf } from "../lenient.ts";
import { withoutTrailingLineBreaks } from "./signature.ts";

/**
 * The event id and the queue group of a hook, from the body alone, for any body. The id of a message hook
 * comes from amoCRM's id of the message. So the same message in the chat's history is the same event. The
 * group is our `client_id` of the chat, else amoCRM's id of the chat.
 *
 * The id of any other hook is the digest of its bytes, without line breaks at their end. A signature
 * without them fits the same hook with any number of them. Without this rule, an attacker who replays the
 * hook could make as many events as they like. The webhook sometimes cannot verify a hook, and then it
 * does not know which bytes amoCRM signed. Such a hook gets the id that it would have after verification.
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

/** The event id of the hook that amoCRM sends for a message with this id. */
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
 * A scope id in the form that amoCRM uses so far: `<channel id>_<account id>`. amoCRM promises no form.
 * So the bridge keeps the answer to `connect` in any form.
 * @see https://www.amocrm.ru/developers/content/chats/chat-api-reference
 */
export function scopeIdOf(channelId: string, accountId: string): string {
  return `${channelId}_${accountId}`;
}

/** True for a scope id in that form. */
export function isScopeId(scopeId: string): boolean {
  return /^[A-Za-z0-9-]{1,64}_[A-Za-z0-9-]{1,64}$/.test(scopeId);
}

/** The account part of a scope id. A channel id has no underscore. */
export function accountOf(scopeId: string): string {
  return scopeId.slice(scopeId.indexOf("_") + 1);
}
