import type { SimulatedAnswer, SimulatedRequest } from "../../http.ts";
import { keepMessage, openChat, resolvePerson } from "./account.ts";
import type { Account, Chat } from "./account.ts";
import { badData, readBody } from "./answers.ts";
import { eventSchema } from "./schemas.ts";
import type { MessageEdit, NewMessage } from "./schemas.ts";
import { noteInTalk } from "./talks.ts";
import type { SimulatedAmocrmMessage } from "./types.ts";
import { makeUnsortedLead } from "./unsorted.ts";

/** `POST /v2/origin/custom/{scope_id}`: a new message or an edit. */
export function takeEvent(account: Account, request: SimulatedRequest): SimulatedAnswer {
  const event = readBody(request.body, eventSchema);
  checkLength(account, event.payload.message.text);
  const message =
    event.event_type === "new_message"
      ? addMessage(account, event.payload)
      : editMessage(account, event.payload);
  return {
    status: 200,
    body: {
      new_message: {
        conversation_id: message.chatId,
        sender_id: message.sender.id,
        receiver_id: message.receiver?.id,
        msgid: message.id,
        ref_id: message.msgid,
      },
    },
  };
}

function checkLength({ longestText }: Account, text = ""): void {
  if (longestText === undefined || text.length <= longestText) return;
  throw badData(`payload.message.text: longer than ${longestText} characters`);
}

function addMessage(account: Account, payload: NewMessage): SimulatedAmocrmMessage {
  const earlier = account.messageByMsgid.get(payload.msgid);
  if (earlier !== undefined) {
    if (account.options.repeatedMsgid === "accept") return earlier;
    throw badData("payload.msgid: a message with this msgid exists already");
  }
  checkQuote(account, payload);
  checkReference(account, payload);
  const isOutgoing = payload.receiver !== undefined;
  if (isOutgoing && !account.people.has(payload.sender.ref_id ?? "")) {
    throw badData("sender: user not found");
  }
  const sender = resolvePerson(account, payload.sender);
  const receiver = payload.receiver && resolvePerson(account, payload.receiver);
  const chat = openChat(account, payload.conversation_id);
  chat.customer ??= receiver ?? sender;
  chat.sourceExternalId = payload.source?.external_id ?? chat.sourceExternalId;
  const message: SimulatedAmocrmMessage = {
    id: account.newId(),
    msgid: payload.msgid,
    conversationId: chat.conversationId,
    chatId: chat.id,
    direction: isOutgoing ? (sender === account.bot ? "bot" : "operator") : "customer",
    type: payload.message.type,
    text: payload.message.text ?? "",
    content: payload.message,
    silent: payload.silent ?? false,
    timestamp: payload.timestamp,
    msecTimestamp: payload.msec_timestamp,
    sender,
    receiver,
    replyTo: payload.reply_to,
    edited: false,
    deliveryStatus: [],
    reactions: [],
  };
  keepMessage(account, message);
  if (!isOutgoing && !message.silent) makeUnsortedLead(account, chat, sender);
  noteInTalk(account, message);
  noteMedia(account, message, undefined);
  return message;
}

/**
 * The channel does not offer "write first", so a reference can only name the chat of this conversation id.
 */
function checkReference(account: Account, payload: NewMessage): void {
  const { conversation_ref_id: chatId, conversation_id: conversationId } = payload;
  if (chatId === undefined) return;
  if (account.chats.get(chatId)?.conversationId !== conversationId) {
    throw badData("payload.conversation_ref_id: no such chat under this conversation_id");
  }
}

function checkQuote(account: Account, payload: NewMessage): void {
  const quoted = payload.reply_to?.message;
  if (quoted === undefined || "sender" in quoted) return;
  const chat = account.chatsByConversation.get(payload.conversation_id);
  if (findMessage(account, chat, quoted) === undefined) {
    throw badData("payload.reply_to.message: no such message in this chat");
  }
}

/** A message of a chat by amojo's id or ours. */
export function findMessage(
  account: Account,
  chat: Chat | undefined,
  wanted: { id?: string | undefined; msgid?: string | undefined },
): SimulatedAmocrmMessage | undefined {
  const message =
    wanted.id === undefined
      ? account.messageByMsgid.get(wanted.msgid ?? "")
      : account.messageById.get(wanted.id);
  return message?.chatId === chat?.id ? message : undefined;
}

function editMessage(account: Account, payload: MessageEdit): SimulatedAmocrmMessage {
  const chat = account.chatsByConversation.get(payload.conversation_id);
  const message = findMessage(account, chat, payload);
  if (message === undefined) {
    throw badData("payload.msgid: no such message in this conversation");
  }
  if (payload.message.type !== message.type) {
    throw badData("payload.message.type: differs from the type of the message");
  }
  message.text = payload.message.text ?? message.text;
  const before = message.content["media"];
  message.content = { ...message.content, ...payload.message };
  noteMedia(account, message, before);
  if (payload.msgid !== undefined) {
    message.msgid = payload.msgid;
    account.messageByMsgid.set(payload.msgid, message);
  }
  message.edited = true;
  return message;
}

function noteMedia(account: Account, message: SimulatedAmocrmMessage, before: unknown): void {
  const address = message.content["media"];
  if (typeof address !== "string" || address === before) return;
  account.onFile({ purpose: "media", ownerId: message.id, address });
}

/** A message that an operator, or a bot of the account, sends from amoCRM. */
export function messageOfAccount(
  account: Account,
  chat: Chat,
  content: Record<string, unknown>,
  sender = account.operator,
): SimulatedAmocrmMessage {
  const msecTimestamp = account.now();
  return {
    id: account.newId(),
    conversationId: chat.conversationId,
    chatId: chat.id,
    direction: "operator",
    type: String(content["type"]),
    text: String(content["text"]),
    content,
    silent: false,
    timestamp: Math.floor(msecTimestamp / 1000),
    msecTimestamp,
    sender,
    receiver: chat.customer,
    edited: false,
    deliveryStatus: [],
    reactions: [],
  };
}
