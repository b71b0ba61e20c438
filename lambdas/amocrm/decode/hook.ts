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
      sentAtMillisOf(millis) ??
      sentAtMillisOf((timestamp ?? 0) * 1000) ??
      sentAtMillisOf((hook.time ?? 0) * 1000),
    content: bare ?? contentOf(message, text),
    ...(rows.length === 0 ? {} : { buttons: rows }),
    ...(quote === undefined ? {} : { quote }),
  };
}

/** A time in milliseconds that a clock can show. */
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

/** The message that a hook's message answers, with words to recognise it by. */
function repliedTo(replyTo: unknown): OperatorEvent["quote"] {
  const message = valueAt(replyTo, "message");
  return isObject(message) && !isAbsent(message) ? quoteOf([read(message)]) : undefined;
}

/** The messages that a hook's message forwards; one at most is documented. */
function forwardedIn(forwards: unknown): readonly HookContent[] {
  return itemsOf(valueAt(forwards, "messages")).filter(isObject).map(read);
}

/**
 * What forwarded messages say, a line each. One file goes as what it is; any further one, which is not
 * documented, as its address.
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
 * A quote of messages: the first is the one that is named. A template that comes to too much is left
 * out of it: what is answered must not cost the answer.
 */
function quoteOf(messages: readonly HookContent[]): OperatorEvent["quote"] {
  const [first] = messages;
  if (first === undefined) return undefined;
  const fill = fillAsFits(maxFilledInBytes);
  const text = messages.map((message) => wordsOf(message, fill)).join("\n");
  const reference = referenceTo(first);
  return text === "" && Object.keys(reference).length === 0 ? undefined : { ...reference, text };
}

function referenceTo({ id, msgid, client_id: clientId }: HookContent): MessageReference {
  const ours = msgid ?? clientId;
  return {
    ...(id === undefined ? {} : { amocrmMessageId: id }),
    ...(ours === undefined ? {} : { msgid: ours }),
  };
}

function read(message: Record<string, unknown>): HookContent {
  return z.parse(embeddedContent, message);
}

/** An operator is typing. */
function typingIn(typing: unknown): OperatorTyping {
  const untilSeconds = countOf(valueAt(typing, "expired_at"));
  return {
    kind: "typing",
    ...chatIn(typing),
    ...(untilSeconds === undefined ? {} : { untilSeconds }),
  };
}

/** An operator's reaction; undefined without a message, and for one that is put without an emoji. */
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
 * The documentation has a table with `message` and a sample with `msgid`, which holds an id of
 * amoCRM's there. One of our form can only be ours.
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
  if (theirs === undefined && ours === undefined) return undefined;
  return {
    ...(theirs === undefined ? {} : { amocrmMessageId: theirs }),
    ...(ours === undefined ? {} : { msgid: ours }),
  };
}

function chatIn(action: unknown) {
  const amojoChatId = textOf(valueAt(action, "conversation", "id"));
  return {
    conversationId: textOf(valueAt(action, "conversation", "client_id")),
    ...(amojoChatId === undefined ? {} : { amojoChatId }),
  };
}
