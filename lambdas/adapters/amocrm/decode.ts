import * as z from "zod/mini";
import type { AmocrmEvent, NotUnderstood, OperatorEvent } from "../../model/message.ts";
import { visibleName } from "../../model/visible-name.ts";
import { accountOf } from "./scope-id.ts";
import { isObject, parseObject, valueAt } from "../untrusted.ts";
import { reactionIn, typingIn } from "./hook-action.ts";
import { contentOf, joined, textIn } from "./hook-content.ts";
import { markupOf } from "./hook-markup.ts";
import { contentOfForward, forwardedIn, quoteOf, repliedTo } from "./hook-quote.ts";
import { countOf, isAbsent, textOf } from "./lenient.ts";
import { fillWithin, maxFilledInBytes, TemplateTooLarge } from "./template.ts";
import type { Fill } from "./template.ts";
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
  // The signature covers no path, and two accounts may share a channel's secret: this tells them apart.
  // Every documented v2 hook has it; one without it is authentic all the same, and is not set aside.
  const accountId = hook["account_id"];
  if (!isAbsent(accountId) && accountId !== accountOf(scopeId)) {
    return { ...notUnderstood("a foreign account_id", messageId), reason: "foreign-account" };
  }
  if (isAbsent(hook["message"])) {
    const action = readAction(hook["action"], momentOf((countOf(hook["time"]) ?? 0) * 1000));
    if (action !== undefined) return action;
  }

  const parsed = z.safeParse(messageHook, hook);
  if (parsed.success) return readMessage(parsed.data);
  const where = parsed.error.issues.map((issue) => issue.path.join(".")).join(", ");
  return notUnderstood(`not a v2 message hook: ${where}`, messageId);
}

function readAction(action: unknown, sentAtMillis: number | undefined): AmocrmEvent | undefined {
  const reaction = valueAt(action, "reaction");
  // A reaction that cannot be read names a message that did arrive: nobody is told of it.
  if (isObject(reaction)) {
    return reactionIn(reaction, sentAtMillis) ?? notUnderstood("an odd reaction");
  }
  const typing = valueAt(action, "typing");
  return isObject(typing) ? typingIn(typing) : undefined;
}

function readMessage(hook: MessageHook): OperatorEvent | NotUnderstood {
  try {
    return operatorEventOf(hook, fillWithin(maxFilledInBytes));
  } catch (error) {
    if (!(error instanceof TemplateTooLarge)) throw error;
    const detail = `its templates come to more than ${maxFilledInBytes} bytes`;
    return notUnderstood(detail, hook.message.message.id);
  }
}

function operatorEventOf(hook: MessageHook, fill: Fill): OperatorEvent {
  const { conversation, message, timestamp, msec_timestamp: millis } = hook.message;
  const { rows, lines } = markupOf(message.markup);
  const words = textIn(message, fill);
  // A list's body is often the message's text as well, and is said once.
  const text = joined([words, ...lines.filter((line) => line !== words)]);
  const forwarded = forwardedIn(message.forwards);
  // A bare forward says what it forwards; beside words of the operator that is a quote.
  const isBare = visibleName(text) === undefined && message.media === undefined;
  const bare = isBare ? contentOfForward(forwarded, fill) : undefined;
  const quote = repliedTo(message.reply_to) ?? (bare ? undefined : quoteOf(forwarded));
  return {
    kind: "message",
    amocrmMessageId: message.id,
    conversationId: conversation.client_id,
    amojoChatId: conversation.id,
    sentAtMillis:
      momentOf(millis) ?? momentOf((timestamp ?? 0) * 1000) ?? momentOf((hook.time ?? 0) * 1000),
    content: bare ?? contentOf(message, text),
    ...(rows.length === 0 ? {} : { buttons: rows }),
    ...(quote === undefined ? {} : { quote }),
  };
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
