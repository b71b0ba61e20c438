import * as z from "zod/mini";
import type { Ignored, NotUnderstood, OperatorEvent } from "../../model/message.ts";
import { accountOf } from "./scope.ts";
import { parseObject, valueAt } from "../untrusted.ts";
import { buttons, messageHook } from "./wire.ts";

/**
 * Reads an authentic hook: what an operator wrote, nothing to send, or something that is parked
 * because we cannot read it. There is no type field: hooks are told apart by what they hold.
 */
export function decodeHook(
  body: Uint8Array,
  scopeId: string,
): OperatorEvent | Ignored | NotUnderstood {
  const hook = parseObject(body);
  if (hook === undefined) return notUnderstood("not a JSON object", undefined);
  const messageId = valueAt(hook, "message", "message", "id");
  const accountId = hook["account_id"];
  if (typeof accountId === "string" && accountId !== accountOf(scopeId)) {
    return { ...notUnderstood("a foreign account_id", messageId), reason: "foreign-account" };
  }
  if (hook["message"] === undefined) {
    const action = ["reaction", "typing"].find((kind) => valueAt(hook, "action", kind));
    if (action !== undefined) return { kind: "ignored", reason: action };
  }

  const parsed = z.safeParse(messageHook, hook);
  if (!parsed.success) {
    const where = parsed.error.issues.map((issue) => issue.path.join(".")).join(", ");
    return notUnderstood(`not a v2 message hook: ${where}`, messageId);
  }
  const { conversation, message, timestamp, msec_timestamp: millis } = parsed.data.message;
  const text = [message.text ?? "", ...buttonLines(message.markup)].join("\n");
  const isText = message.type === "text" && (message.media ?? "") === "";
  return {
    kind: "message",
    amocrmMessageId: message.id,
    conversationId: conversation.client_id || undefined,
    amojoChatId: conversation.id,
    sentAtMillis: millis ?? (timestamp === undefined ? undefined : timestamp * 1000),
    content: isText ? { type: "text", text } : { type: "unsupported", kind: message.type, text },
  };
}

/** Buttons as lines under the text: a press of one comes back as its text, and so may a word. */
function buttonLines(markup: unknown): string[] {
  const parsed = z.safeParse(buttons, markup);
  if (!parsed.success) return [];
  return parsed.data.buttons
    .flat()
    .map(({ text, url }) => (url === undefined ? `• ${text}` : `• ${text}: ${url}`));
}

function notUnderstood(detail: string, messageId: unknown): NotUnderstood {
  const told = typeof messageId === "string" && messageId !== "";
  return {
    kind: "not-understood",
    reason: "not-understood",
    detail,
    ...(told ? { amocrmMessageId: messageId } : {}),
  };
}
