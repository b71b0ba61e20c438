import type { SimulatedAnswer, SimulatedRequest } from "../../http.ts";
import { openChat, personObject, resolvePerson } from "./account.ts";
import type { Account } from "./account.ts";
import { AmocrmRefusal, badData, chatsRefusal, hasLoneSurrogate, readBody } from "./answers.ts";
import { checkSignature } from "./check-signature.ts";
import { readHistory } from "./history.ts";
import { findMessage, takeEvent } from "./messages.ts";
import { chatSchema, connectSchema, disconnectSchema } from "./schemas.ts";
import { deliveryStatusSchema, reactSchema, typingSchema } from "./status-schemas.ts";

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
  message.deliveryStatus.push({
    status: given.status,
    ...(given.error_code === undefined ? {} : { errorCode: given.error_code }),
    ...(given.error === undefined ? {} : { error: given.error }),
  });
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
  const others = message.reactions.filter(({ userId }) => userId !== given.user.id);
  const own = given.type === "react" ? [{ userId: given.user.id, emoji: given.emoji ?? "" }] : [];
  message.reactions.splice(0, message.reactions.length, ...others, ...own);
  return { status: 200 };
}

function messageNotFound(): AmocrmRefusal {
  return chatsRefusal(404, "MESSAGE_NOT_FOUND", "NOT_FOUND", "no such message");
}

/** The vendor answers an unknown path with an empty 404. */
function unknownPath(call: string): AmocrmRefusal {
  return new AmocrmRefusal({ status: 404 }, `no such path: ${call}`);
}
