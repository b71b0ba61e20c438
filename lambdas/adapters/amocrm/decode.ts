import * as z from "zod/mini";
import type { AmocrmEvent, NotUnderstood, OperatorEvent } from "../../model/message.ts";
import { accountOf } from "./scope.ts";
import { isObject, parseObject, valueAt } from "../untrusted.ts";
import { reactionIn, typingIn } from "./hook-action.ts";
import { contentOf, textIn, wordsOf } from "./hook-content.ts";
import { markupOf } from "./hook-markup.ts";
import { forwardedIn, quoteOf, repliedTo } from "./hook-quote.ts";
import { isAbsent, textOf } from "./lenient.ts";
import { messageHook } from "./wire.ts";
import type { MessageHook } from "./wire.ts";

/**
 * Reads an authentic hook: what an operator wrote or did, or something that is parked because we
 * cannot read it. There is no type field: hooks are told apart by what they hold.
 */
export function decodeHook(body: Uint8Array, scopeId: string): AmocrmEvent {
  const hook = parseObject(body);
  if (hook === undefined) return notUnderstood("not a JSON object");
  const messageId = textOf(valueAt(hook, "message", "message", "id"));
  const accountId = hook["account_id"];
  if (typeof accountId === "string" && accountId !== "" && accountId !== accountOf(scopeId)) {
    return { ...notUnderstood("a foreign account_id", messageId), reason: "foreign-account" };
  }
  if (isAbsent(hook["message"])) {
    const action = readAction(hook["action"]);
    if (action !== undefined) return action;
  }

  const parsed = z.safeParse(messageHook, hook);
  if (parsed.success) return readMessage(parsed.data);
  const where = parsed.error.issues.map((issue) => issue.path.join(".")).join(", ");
  return notUnderstood(`not a v2 message hook: ${where}`, messageId);
}

function readAction(action: unknown): AmocrmEvent | undefined {
  const reaction = valueAt(action, "reaction");
  // A reaction that cannot be read names a message that did arrive: nobody is told of it.
  if (isObject(reaction)) return reactionIn(reaction) ?? notUnderstood("an odd reaction");
  const typing = valueAt(action, "typing");
  return isObject(typing) ? typingIn(typing) : undefined;
}

function readMessage(hook: MessageHook): OperatorEvent {
  const { conversation, message, timestamp, msec_timestamp: millis } = hook.message;
  const { rows, lines } = markupOf(message.markup);
  const words = textIn(message);
  // A list's body is often the message's text as well, and is said once.
  const text = joined([words, ...lines.filter((line) => line !== words)]);
  const forwarded = forwardedIn(message.forwards);
  // A bare forward says what it forwards; beside words of the operator that is a quote.
  const [bare, ...others] = text === "" && message.media === undefined ? forwarded : [];
  const quote = repliedTo(message.reply_to) ?? (bare ? undefined : quoteOf(forwarded));
  return {
    kind: "message",
    amocrmMessageId: message.id,
    conversationId: conversation.client_id,
    amojoChatId: conversation.id,
    sentAtMillis: momentOf(millis) ?? momentOf((timestamp ?? 0) * 1000),
    content: bare
      ? contentOf(bare, joined([textIn(bare), ...others.map(wordsOf)]))
      : contentOf(message, text),
    ...(rows.length === 0 ? {} : { buttons: rows }),
    ...(quote === undefined ? {} : { quote }),
  };
}

/** Texts one below the other. */
function joined(texts: readonly string[]): string {
  return texts.filter((text) => text !== "").join("\n");
}

/** A time in milliseconds that a clock can show. */
function momentOf(millis: number | undefined): number | undefined {
  return millis !== undefined && millis > 0 && millis <= 8.64e15 ? millis : undefined;
}

function notUnderstood(detail: string, amocrmMessageId?: string): NotUnderstood {
  return {
    kind: "not-understood",
    reason: "not-understood",
    detail,
    ...(amocrmMessageId === undefined ? {} : { amocrmMessageId }),
  };
}
