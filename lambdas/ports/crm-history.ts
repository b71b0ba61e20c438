/** A message of a chat's history, as far as finding lost ones needs it. */
export type HistoryMessage = {
  readonly amocrmMessageId: string;
  /** Our msgid; absent for what was written in amoCRM. */
  readonly msgid: string | undefined;
  readonly sentAtMillis: number;
  /** The hook that amoCRM would have sent for it, as JSON. */
  readonly hook: string;
};

/** A page with fewer is the last one. @see https://www.amocrm.ru/developers/content/chats/chat-api-reference */
export const historyPageSize = 50;

/** Reads what amoCRM remembers of a chat. May throw TransientFailure or PermanentFailure. */
export interface CrmHistory {
  /** One page, newest first; empty when there is nothing (more). */
  page(
    chat: {
      readonly amojoChatId: string;
      readonly conversationId: string;
      /** Until when amoCRM asked us to leave this chat alone, 0 for never; for who has just read it. */
      readonly pausedUntilMillis?: number;
    },
    number: number,
  ): Promise<readonly HistoryMessage[]>;
}
