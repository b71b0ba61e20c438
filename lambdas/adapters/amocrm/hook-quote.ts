import * as z from "zod/mini";
import type { MessageContent } from "../../model/content.ts";
import type { MessageReference, OperatorEvent } from "../../model/message.ts";
import { isAbsent, itemsOf } from "./lenient.ts";
import { isObject, valueAt } from "../untrusted.ts";
import { contentOf, joined, textIn, wordsOf } from "./hook-content.ts";
import { fillAsFits, maxFilledInBytes } from "./template.ts";
import type { Fill } from "./template.ts";
import { embeddedContent } from "./wire.ts";
import type { HookContent } from "./wire.ts";

/** The message that a hook's message answers, with words to recognise it by. */
export function repliedTo(replyTo: unknown): OperatorEvent["quote"] {
  const message = valueAt(replyTo, "message");
  return isObject(message) && !isAbsent(message) ? quoteOf([read(message)]) : undefined;
}

/** The messages that a hook's message forwards; one at most is documented. */
export function forwardedIn(forwards: unknown): readonly HookContent[] {
  return itemsOf(valueAt(forwards, "messages")).filter(isObject).map(read);
}

/**
 * What forwarded messages say, a line each. One file goes as what it is; any further one, which is not
 * documented, as its address.
 */
export function contentOfForward(
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
export function quoteOf(messages: readonly HookContent[]): OperatorEvent["quote"] {
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
