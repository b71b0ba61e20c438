import { PermanentFailure, TransientFailure } from "../../model/failure.ts";
import { historyPageSize } from "../../model/crm.ts";
import type { CrmChat, CrmHistory } from "../../model/crm.ts";
import { isJson, readAnswer, readIfPossible } from "./failures.ts";
import { encodeChat, encodeMessage, encodeReaction, encodeStatus } from "./encode.ts";
import type { ChannelBot } from "./encode.ts";
import type { ChatsApiScope } from "./scope.ts";
import { createdChat, sentMessage, history } from "../decode/wire.ts";
import type { Now } from "../../model/runtime.ts";

const historyPages = 20;
/** amoCRM may give a message a time that is a little before the time from the bridge. */
const marginMillis = 60_000;

/** Chats and messages, by amoCRM's Chats API. */
export function chatsApiCrm({
  scope,
  history,
  bot,
}: {
  scope: ChatsApiScope;
  history: CrmHistory;
  bot: ChannelBot;
}): CrmChat {
  return {
    canSpeakAsBot: () => bot.id !== "",

    async openChat(conversationId, customer) {
      const body = encodeChat(conversationId, customer);
      const chat = readAnswer(createdChat, await scope.request("POST", "/chats", body));
      return { amojoChatId: chat.id, amojoUserId: chat.user?.id };
    },

    async sendMessage(message) {
      const answer = await scope.request("POST", "", encodeMessage("new_message", message, bot));
      const sent = readIfPossible(sentMessage, answer);
      if (sent !== undefined) return sent.new_message.msgid;
      // By the documentation an empty 200 is a success. A page is not amoCRM's answer, and a repeat is
      // harmless.
      const isYes = answer.status === 200 && (answer.text === "" || isJson(answer.text));
      if (isYes) return "";
      throw new TransientFailure("amoCRM answered in an unknown shape");
    },

    async editMessage(message) {
      const body = encodeMessage("edit_message", message, bot);
      await scope.request("POST", "", body, { namesMessage: true });
    },

    async react(reaction) {
      await scope.request("POST", "/react", encodeReaction(reaction), { namesMessage: true });
    },

    async findMessage(chat, msgid, sinceMillis) {
      for (let number = 0; number < historyPages; number += 1) {
        const page = await history.page(chat, number);
        const found = page.find((message) => message.msgid === msgid);
        if (found !== undefined) return found.amocrmMessageId;
        // The newest messages come first. After a page that reaches back before the message, no page can
        // have it.
        const oldest = page.at(-1);
        if (oldest === undefined || oldest.sentAtMillis < sinceMillis - marginMillis) break;
      }
      return undefined;
    },

    async setDeliveryStatus(amocrmMessageId, status, options = {}) {
      // Such a segment changes the path, so the called path would differ from the signed path.
      if (/^\.{1,2}$/.test(amocrmMessageId)) throw new PermanentFailure("refused-by-amocrm");
      const path = `/${encodeURIComponent(amocrmMessageId.toWellFormed())}/delivery_status`;
      const body = encodeStatus(amocrmMessageId, status);
      await scope.request("POST", path, body, { ...options, namesMessage: true });
    },
  };
}

/**
 * The history of the chats that the channel created.
 * @see https://www.amocrm.ru/developers/content/chats/chat-api-reference
 */
export function chatsApiHistory(scope: ChatsApiScope, now: Now): CrmHistory {
  return {
    async page({ amojoChatId, conversationId }, number) {
      const query = `limit=${String(historyPageSize)}&offset=${String(number * historyPageSize)}`;
      const path = `/chats/${encodeURIComponent(amojoChatId)}/history?${query}`;
      const answer = await scope.request("GET", path);
      if (answer.status === 204 || answer.text === "") return [];
      const accountId = await scope.accountId();
      return readAnswer(history, answer).messages.map(({ message, ...around }) => {
        const { msec_timestamp: millis, timestamp = 0 } = around;
        const conversation = { id: amojoChatId, client_id: conversationId };
        return {
          amocrmMessageId: message.id,
          msgid: message.client_id,
          sentAtMillis: millis ?? timestamp * 1000,
          hook: JSON.stringify({
            account_id: accountId,
            time: Math.floor(now() / 1000),
            message: { ...around, conversation, message },
          }),
        };
      });
    },
  };
}
