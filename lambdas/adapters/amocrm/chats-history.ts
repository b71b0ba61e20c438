import type { Now } from "../../ports/clock.ts";
import { historyPageSize } from "../../ports/crm-history.ts";
import type { CrmHistory, HistoryMessage } from "../../ports/crm-history.ts";
import { readAnswer } from "./answers.ts";
import type { ChatsApiScope } from "./scope.ts";
import { history } from "./wire.ts";

/**
 * History of the chats that the channel made.
 * @see https://www.amocrm.ru/developers/content/chats/chat-api-reference
 */
export class ChatsApiHistory implements CrmHistory {
  readonly #scope: ChatsApiScope;
  readonly #now: Now;

  constructor(scope: ChatsApiScope, now: Now) {
    this.#scope = scope;
    this.#now = now;
  }

  async page(
    chat: { amojoChatId: string; conversationId: string },
    number: number,
  ): Promise<readonly HistoryMessage[]> {
    const query = `limit=${String(historyPageSize)}&offset=${String(number * historyPageSize)}`;
    const path = `/chats/${encodeURIComponent(chat.amojoChatId)}/history?${query}`;
    const answer = await this.#scope.request("GET", path);
    if (answer.status === 204 || answer.text === "") return [];
    const accountId = await this.#scope.accountId();
    return readAnswer(history, answer).messages.map(({ message, ...around }) => {
      const { msec_timestamp: millis, timestamp = 0 } = around;
      return {
        amocrmMessageId: message.id,
        msgid: message.client_id,
        sentAtMillis: millis ?? timestamp * 1000,
        hook: JSON.stringify({
          account_id: accountId,
          time: Math.floor(this.#now() / 1000),
          message: {
            ...around,
            conversation: { id: chat.amojoChatId, client_id: chat.conversationId },
            message,
          },
        }),
      };
    });
  }
}
