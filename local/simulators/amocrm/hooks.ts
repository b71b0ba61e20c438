import { parseJson, post } from "../../http.ts";
import { runUnderFault } from "../faults.ts";
import { personObject } from "./account.ts";
import type { Account, Chat } from "./account.ts";
import { signHook } from "./check-signature.ts";
import { sourceOfChat } from "./sources.ts";
import type { ReactionShape, SimulatedAmocrmMessage, SimulatedPerson } from "./types.ts";

/** `message`, or the name of the action, such as `typing`. Faults name it. */
function kindOf(body: string): string {
  const hook = (parseJson(body) ?? {}) as { readonly message?: unknown; readonly action?: object };
  return hook.message === undefined ? (Object.keys(hook.action ?? {})[0] ?? "") : "message";
}

/**
 * Sends hooks to the registered address. It sends each hook once and never repeats it. It signs a body,
 * unless a signature is given, and answers the status, or 0 when there is no answer.
 */
export async function sendHook(
  { options, connection, scopeId, hookUrl: url, faults, closing }: Account,
  body: string,
  { signature, conversationId }: { signature?: string; conversationId?: string } = {},
): Promise<number> {
  if (url === undefined || connection?.hookApiVersion !== "v2") return 0;
  const headers: Record<string, string> = {
    "Content-Type": "application/json",
    "User-Agent": "amoCRM amoJo/1.0",
  };
  const value = signature ?? signHook(body, options.channelSecret);
  if (value !== "") headers["X-Signature"] = value;
  const bytes = Buffer.from(options.trailingNewline === true ? `${body}\n` : body);
  const address = url.replaceAll(":scope_id", scopeId);
  const timeoutMillis = options.hookPatienceMillis ?? 5000;
  const status = await runUnderFault(
    faults.take(`hook ${kindOf(body)}`, conversationId),
    closing,
    async () => (await post(address, bytes, headers, timeoutMillis, closing)).status,
    (_fault, given) => given,
  ).catch(() => 0);
  return status ?? 0;
}

/**
 * A hook v2 about a message.
 * @see https://www.amocrm.ru/developers/content/chats/chat-webhooks
 */
export function messageHook(account: Account, chat: Chat, message: SimulatedAmocrmMessage): object {
  const { avatar: _, ...receiver } = chat.customer ? personObject(chat.customer) : {};
  // The hooks of a chat for which no message has named a source carry the default one.
  const externalId = chat.sourceExternalId ?? sourceOfChat(account, chat)?.externalId;
  return {
    ...envelope(account),
    message: {
      receiver,
      sender: { id: message.sender.id, name: message.sender.name },
      conversation: conversationOf(chat),
      source: externalId == null ? undefined : { external_id: externalId },
      timestamp: message.timestamp,
      msec_timestamp: message.msecTimestamp,
      message: {
        id: message.id,
        type: message.type,
        text: message.text,
        markup: null,
        tag: "",
        media: "",
        thumbnail: "",
        file_name: "",
        file_size: 0,
        ...message.content,
      },
    },
  };
}

/** A message in the form of a quote or a forward in another message. */
export function embedded(message: SimulatedAmocrmMessage): object {
  const { content, receiver } = message;
  return {
    id: message.id,
    msgid: message.msgid,
    type: message.type,
    text: message.text,
    media: content["media"] ?? "",
    thumbnail: content["thumbnail"] ?? "",
    file_name: content["file_name"] ?? "",
    file_size: content["file_size"] ?? 0,
    timestamp: message.timestamp,
    msec_timestamp: message.msecTimestamp,
    sender: nameless(message.sender),
    receiver: receiver && nameless(receiver),
  };
}

/** A hook about an operator who types. It holds for five seconds. */
export function typingHook(account: Account, chat: Chat): object {
  const hook = envelope(account);
  return {
    ...hook,
    action: {
      typing: {
        user: { id: account.operator.id },
        conversation: conversationOf(chat),
        expired_at: hook.time + 5,
      },
    },
  };
}

/** A hook about an operator's reaction. Without an emoji the operator takes it back. */
export function reactionHook(
  account: Account,
  chat: Chat,
  message: SimulatedAmocrmMessage,
  emoji: string | undefined,
  shape: ReactionShape,
): object {
  const { id, msgid, timestamp, msecTimestamp, sender } = message;
  const table = {
    id,
    client_id: msgid,
    sender: nameless(sender),
    timestamp,
    msec_timestamp: msecTimestamp,
  };
  return {
    ...envelope(account),
    action: {
      reaction: {
        ...(shape === "msgid" ? { msgid: id } : { message: table }),
        user: { id: account.operator.id },
        conversation: conversationOf(chat),
        ...(emoji === undefined ? { type: "unreact" } : { type: "react", emoji }),
      },
    },
  };
}

function envelope(account: Account) {
  return { account_id: account.options.accountId, time: Math.floor(account.now() / 1000) };
}

function conversationOf(chat: Chat) {
  return { id: chat.id, client_id: chat.conversationId };
}

/** Persons inside messages have no phone and no e-mail. */
function nameless(person: SimulatedPerson): object {
  const { phone: _, email: __, avatar: ___, ...rest } = personObject(person);
  return rest;
}
