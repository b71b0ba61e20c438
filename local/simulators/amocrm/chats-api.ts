import type { SimulatedAnswer, SimulatedRequest } from "../../http.ts";
import { openChat, personObject, resolvePerson, setReaction } from "./account.ts";
import type { Account } from "./account.ts";
import { AmocrmRefusal, badData, chatsRefusal, hasLoneSurrogate, readBody } from "./answers.ts";
import { checkSignature } from "./check-signature.ts";
import { findMessage, takeEvent } from "./messages.ts";
import {
  chatSchema,
  connectSchema,
  deliveryStatusSchema,
  disconnectSchema,
  reactSchema,
  typingSchema,
} from "./schemas.ts";
import type { SimulatedAmocrmMessage } from "./types.ts";

const maxPage = 50;

/** Answers a call under `/v2/origin/custom/`: checks the scope, then the signature, then does the work. */
export function answerChatsApi(account: Account, request: SimulatedRequest): SimulatedAnswer {
  const [scope = "", ...rest] = request.path.slice("/v2/origin/custom/".length).split("/");
  const { channelId, channelSecret } = account.options;
  const isConnected = account.connection !== undefined;
  if (scope !== channelId && !(scope === account.scopeId && isConnected)) {
    throw chatsRefusal(404, "ORIGIN_NOT_REGISTERED", "NOT_FOUND", `no such scope: ${scope}`);
  }
  checkSignature(request, channelSecret, account.now());
  if (hasLoneSurrogate(account.options, request.body))
    throw badData("body: half of a surrogate pair");
  const call = `${request.method} ${rest.join("/")}`;
  return scope === channelId
    ? answerChannel(account, request, call)
    : answerScope(account, request, call);
}

function answerChannel(account: Account, request: SimulatedRequest, call: string): SimulatedAnswer {
  switch (call) {
    case "POST connect":
      return connect(account, request);
    case "DELETE disconnect":
      checkAccount(account, readBody(request.body, disconnectSchema).account_id);
      account.connection = undefined;
      return { status: 200 };
    default:
      throw unknownPath(call);
  }
}

function answerScope(account: Account, request: SimulatedRequest, call: string): SimulatedAnswer {
  const [, chatId] = /^GET chats\/([^/]+)\/history$/.exec(call) ?? [];
  if (chatId !== undefined) return readHistory(account, chatId, request.query);
  const [, messageId] = /^POST ([^/]+)\/delivery_status$/.exec(call) ?? [];
  if (messageId !== undefined) return takeDeliveryStatus(account, messageId, request);
  switch (call) {
    case "POST ":
      return takeEvent(account, request);
    case "POST chats":
      return createChat(account, request);
    case "POST typing":
      return takeTyping(account, request);
    case "POST react":
      return takeReaction(account, request);
    default:
      throw unknownPath(call);
  }
}

function connect(account: Account, request: SimulatedRequest): SimulatedAnswer {
  const given = readBody(request.body, connectSchema);
  checkAccount(account, given.account_id);
  const hookApiVersion = given.hook_api_version ?? "v1"; // the default is the version that no longer works
  account.connection = { hookApiVersion };
  return {
    status: 200,
    body: {
      account_id: given.account_id,
      scope_id: account.scopeId,
      title: given.title ?? "Simulated channel",
      hook_api_version: hookApiVersion,
      is_time_window_disabled: given.is_time_window_disabled ?? false,
    },
  };
}

function checkAccount(account: Account, accountId: string): void {
  if (accountId !== account.options.accountId) {
    throw badData("account_id: the channel is not open to this account");
  }
}

function createChat(account: Account, request: SimulatedRequest): SimulatedAnswer {
  const given = readBody(request.body, chatSchema);
  const user = resolvePerson(account, given.user);
  const chat = openChat(account, given.conversation_id);
  chat.customer ??= user;
  chat.sourceExternalId = given.source?.external_id ?? chat.sourceExternalId;
  return { status: 200, body: { id: chat.id, user: { avatar: "", ...personObject(user) } } };
}

function takeDeliveryStatus(
  account: Account,
  messageId: string,
  request: SimulatedRequest,
): SimulatedAnswer {
  const given = readBody(request.body, deliveryStatusSchema);
  const message = account.messageById.get(messageId);
  if (message === undefined) throw messageNotFound();
  if (given.msgid !== undefined && given.msgid !== messageId) {
    throw badData("msgid: differs from the one in the path");
  }
  const { status, error_code: errorCode, error } = given;
  message.deliveryStatus.push({ status, errorCode, error });
  return { status: 200 };
}

function takeTyping(account: Account, request: SimulatedRequest): SimulatedAnswer {
  const given = readBody(request.body, typingSchema);
  if (account.chatsByConversation.get(given.conversation_id) === undefined) {
    throw chatsRefusal(404, "CONVERSATION_NOT_FOUND", "NOT_FOUND");
  }
  return { status: 204 };
}

function takeReaction(account: Account, request: SimulatedRequest): SimulatedAnswer {
  const given = readBody(request.body, reactSchema);
  const chat =
    given.conversation_ref_id === undefined
      ? account.chatsByConversation.get(given.conversation_id ?? "")
      : account.chats.get(given.conversation_ref_id);
  const message = findMessage(account, chat, given);
  if (message === undefined) throw messageNotFound();
  setReaction(message, given.user.id, given.type === "react" ? (given.emoji ?? "") : undefined);
  return { status: 200 };
}

function messageNotFound(): AmocrmRefusal {
  return chatsRefusal(404, "MESSAGE_NOT_FOUND", "NOT_FOUND", "no such message");
}

/** The vendor answers an unknown path with an empty 404. */
function unknownPath(call: string): AmocrmRefusal {
  return new AmocrmRefusal({ status: 404 }, `no such path: ${call}`);
}

/** `GET …/chats/{amojo chat id}/history`: newest first, 204 when there is no message. */
function readHistory(account: Account, chatId: string, query: URLSearchParams): SimulatedAnswer {
  const limit = readCount(query, "limit", maxPage);
  const offset = readCount(query, "offset", 0);
  if (limit < 1 || limit > maxPage) throw badData(`limit: must be 1 to ${maxPage}`);
  const page = account.messages
    .filter((message) => message.chatId === chatId)
    .map((message, index) => ({ message, index }))
    .sort((a, b) => b.message.msecTimestamp - a.message.msecTimestamp || b.index - a.index)
    .slice(offset, offset + limit);
  if (page.length === 0) return { status: 204 };
  return { status: 200, body: { messages: page.map(({ message }) => historyItem(message)) } };
}

function readCount(query: URLSearchParams, name: string, usual: number): number {
  const text = query.get(name);
  if (text === null) return usual;
  if (!/^\d+$/.test(text)) throw badData(`${name}: must be a whole number`);
  return Number(text);
}

function historyItem(message: SimulatedAmocrmMessage): Record<string, unknown> {
  const { type, text, content, msgid } = message;
  return {
    timestamp: message.timestamp,
    msec_timestamp: message.msecTimestamp,
    sender: personObject(message.sender),
    receiver: message.receiver && personObject(message.receiver),
    message: {
      id: message.id,
      client_id: msgid,
      media: "",
      thumbnail: "",
      file_name: "",
      file_size: 0,
      ...documented(content),
      type,
      text,
    },
  };
}

/** A history has less than a hook: no buttons, templates, quotes or forwards. */
function documented(content: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { media, thumbnail, file_name, file_size, media_group_id, location, contact } = content;
  const fields = { media, thumbnail, file_name, file_size, media_group_id, location, contact };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
