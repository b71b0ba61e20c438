import { isMsgid } from "../../model/ids.ts";
import type { MessageReference, OperatorReaction, OperatorTyping } from "../../model/message.ts";
import { valueAt } from "../untrusted.ts";
import { countOf, textOf } from "./lenient.ts";

/** An operator is typing. */
export function typingIn(typing: unknown): OperatorTyping {
  const untilSeconds = countOf(valueAt(typing, "expired_at"));
  return {
    kind: "typing",
    ...chatIn(typing),
    ...(untilSeconds === undefined ? {} : { untilSeconds }),
  };
}

/** An operator's reaction; undefined without a message, and for one that is put without an emoji. */
export function reactionIn(
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
