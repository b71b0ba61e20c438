import * as z from "zod/mini";
import type {
  AmocrmEvent,
  NotUnderstood,
  OperatorEvent,
  MessageReference,
  OperatorReaction,
  OperatorTyping,
} from "../../model/message.ts";
import { visibleName } from "../../model/visible-name.ts";
import { accountOf } from "../webhook/identify.ts";
import { isObject, parseObject, valueAt } from "../../http/untrusted.ts";
import {
  contentOf,
  joined,
  textIn,
  markupOf,
  fillWithin,
  maxFilledInBytes,
  TemplateTooLarge,
  wordsOf,
  fillAsFits,
} from "./content.ts";
import type { Fill } from "./content.ts";
import { countOf, isAbsent, textOf, itemsOf } from "../lenient.ts";
import { messageHook, embeddedContent } from "./wire.ts";
import type { MessageHook, HookContent } from "./wire.ts";
import type { MessageContent } from "../../model/content.ts";
import { isMsgid } from "../../model/ids.ts";

/**
 * Reads an authentic hook. The result is an operator's message or act, or an event that the bridge parks
 * because it cannot read it. Hooks have no type field. Their contents tell them apart.
 */
export function decodeHook(body: Uint8Array, scopeId: string): AmocrmEvent {
  const hook = parseObject(body);
  if (hook === undefined) return notUnderstood("not a JSON object");
  const messageId = textOf(valueAt(hook, "message", "message", "id"));
  // The signature does not cover the path, and two accounts may share a channel's secret. The account_id
  // tells them apart. Every documented v2 hook has it. A hook without it is authentic too, so the bridge
  // does not park it.
  const accountId = hook["account_id"];
  if (!isAbsent(accountId) && accountId !== accountOf(scopeId)) {
    return { ...notUnderstood("a foreign account_id", messageId), reason: "foreign-account" };
  }
  if (isAbsent(hook["message"])) {
    const action = readAction(hook["action"], sentAtMillisOf((countOf(hook["time"]) ?? 0) * 1000));
    if (action !== undefined) return action;
  }

  const parsed = z.safeParse(messageHook, hook);
  if (parsed.success) return readMessage(parsed.data);
  const where = parsed.error.issues.map((issue) => issue.path.join(".")).join(", ");
  return notUnderstood(`not a v2 message hook: ${where}`, messageId);
}

function readAction(action: unknown, sentAtMillis: number | undefined): AmocrmEvent | undefined {
  const reaction = valueAt(action, "reaction");
  // The message of an unreadable reaction did arrive. So the bridge reports no failure of that message.
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
  // A list's body is often the message's text too. The result has it once.
  const text = joined([words, ...lines.filter((line) => line !== words)]);
  const forwarded = forwardedIn(message.forwards);
  // A bare forward has the content of the forwarded message. Next to words of the operator, that message
  // is a quote.
  const isBare = visibleName(text) === undefined && message.media === undefined;
  const bare = isBare ? contentOfForward(forwarded, fill) : undefined;
  const quote = repliedTo(message.reply_to) ?? (bare ? undefined : quoteOf(forwarded));
  return {
    kind: "message",
    amocrmMessageId: message.id,
    conversationId: conversation.client_id,
    amojoChatId: conversation.id,
    sentAtMillis:
      sentAtMillisOf(millis) ??
      sentAtMillisOf((timestamp ?? 0) * 1000) ??
      sentAtMillisOf((hook.time ?? 0) * 1000),
    content: bare ?? contentOf(message, text),
    ...(rows.length === 0 ? {} : { buttons: rows }),
    ...(quote === undefined ? {} : { quote }),
  };
}

/** A time in milliseconds; undefined when a clock cannot show it. */
function sentAtMillisOf(millis: number | undefined): number | undefined {
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

/** The message that a hook's message answers, with words to recognise it. */
function repliedTo(replyTo: unknown): OperatorEvent["quote"] {
  const message = valueAt(replyTo, "message");
  return isObject(message) && !isAbsent(message) ? quoteOf([read(message)]) : undefined;
}

/** The messages that a hook's message forwards. The documentation has one at most. */
function forwardedIn(forwards: unknown): readonly HookContent[] {
  return itemsOf(valueAt(forwards, "messages")).filter(isObject).map(read);
}

/**
 * The content of forwarded messages, one line each. One file goes in its own kind. A further file, which
 * the documentation does not have, goes as its address.
 */
function contentOfForward(
  messages: readonly HookContent[],
  fill: Fill,
): MessageContent | undefined {
  const main = messages.find(({ media }) => media !== undefined) ?? messages[0];
  if (main === undefined) return undefined;
  const lines = messages.map((each) =>
    each === main ? textIn(each, fill) : wordsOf(each, fill, each.media),
  );
  return contentOf(main, joined(lines));
}

/**
 * A quote of messages. It names the first message. It omits a template above the limit, because the
 * quoted message must not prevent the answer.
 */
function quoteOf(messages: readonly HookContent[]): OperatorEvent["quote"] {
  const [first] = messages;
  if (first === undefined) return undefined;
  const fill = fillAsFits(maxFilledInBytes);
  const text = messages.map((message) => wordsOf(message, fill)).join("\n");
  const reference = referenceTo(first.id, first.msgid ?? first.client_id);
  return text === "" && Object.keys(reference).length === 0 ? undefined : { ...reference, text };
}

function referenceTo(
  amocrmMessageId: string | undefined,
  msgid: string | undefined,
): MessageReference {
  return {
    ...(amocrmMessageId === undefined ? {} : { amocrmMessageId }),
    ...(msgid === undefined ? {} : { msgid }),
  };
}

function read(message: Record<string, unknown>): HookContent {
  return z.parse(embeddedContent, message);
}

/** Reads that an operator is typing. */
function typingIn(typing: unknown): OperatorTyping {
  const untilSeconds = countOf(valueAt(typing, "expired_at"));
  return {
    kind: "typing",
    ...chatIn(typing),
    ...(untilSeconds === undefined ? {} : { untilSeconds }),
  };
}

/** An operator's reaction; undefined without a message, and for a new reaction without an emoji. */
function reactionIn(
  reaction: unknown,
  sentAtMillis: number | undefined,
): OperatorReaction | undefined {
  const message = reactedTo(reaction);
  const emoji = textOf(valueAt(reaction, "emoji"));
  const type = valueAt(reaction, "type");
  const isTakenBack = type === "unreact";
  if (message === undefined || (!isTakenBack && emoji === undefined)) return undefined;
  return {
    kind: "reaction",
    ...chatIn(reaction),
    message,
    ...(isTakenBack || emoji === undefined ? {} : { emoji }),
    ...(sentAtMillis === undefined ? {} : { sentAtMillis }),
  };
}

/**
 * The documentation has a table with `message` and a sample with `msgid`, which there holds an id of
 * amoCRM. An id in our form can only be ours.
 * @see https://www.amocrm.ru/developers/content/chats/chat-webhooks
 */
function reactedTo(reaction: unknown): MessageReference | undefined {
  const given = [textOf(valueAt(reaction, "msgid")), textOf(valueAt(reaction, "message", "msgid"))];
  const theirs =
    textOf(valueAt(reaction, "message", "id")) ??
    given.find((id) => id !== undefined && !isMsgid(id));
  const ours =
    textOf(valueAt(reaction, "message", "client_id")) ??
    given.find((id) => id !== undefined && isMsgid(id));
  return theirs === undefined && ours === undefined ? undefined : referenceTo(theirs, ours);
}

function chatIn(action: unknown) {
  const amojoChatId = textOf(valueAt(action, "conversation", "id"));
  return {
    conversationId: textOf(valueAt(action, "conversation", "client_id")),
    ...(amojoChatId === undefined ? {} : { amojoChatId }),
  };
}
