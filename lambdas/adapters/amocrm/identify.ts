import { chatOf } from "../../model/ids.ts";
import { isObject, parseObject, plainId, sha256, valueAt } from "../untrusted.ts";
import { textOf } from "./lenient.ts";

/**
 * Event id and queue group of a hook, from the body alone and for any body. A message hook is
 * known by amoCRM's id of the message, so that the same message found in the chat's history is the
 * same event; the chat is ours by `client_id`, else amoCRM's.
 */
export function identifyHook(body: Uint8Array, scopeId: string): { id: string; group: string } {
  const hook = parseObject(body);
  if (hook === undefined) return { id: sha256(body), group: "odd" };
  const messageId = textOf(valueAt(hook, "message", "message", "id"));
  const id =
    messageId === undefined
      ? plainId(`amo:${scopeId}:${sha256(body)}`)
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
  return id === undefined ? "odd" : plainId(`amo-${id}`);
}
