import { PermanentFailure } from "../model/failure.ts";
import { conversationIdOf } from "../model/ids.ts";
import type { Where } from "../model/message.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { CustomerMessenger } from "../ports/customer-messenger.ts";
import type { Logger } from "../ports/logger.ts";
import { withoutTopic } from "./topics.ts";

/**
 * The messenger, sending once more without the topic where Telegram says that there is no such topic any
 * more: the customer then finds it in the chat itself. The conversation forgets the topic. The bytes of a
 * file are gone by then: whoever has the file sends it again.
 */
export function withLostTopics(
  messenger: CustomerMessenger,
  deps: {
    readonly conversations: ConversationStore;
    readonly botId: string;
    readonly logger: Logger;
  },
): CustomerMessenger {
  const forget = async (chatId: string, topicId: string) => {
    const conversationId = conversationIdOf(deps.botId, chatId);
    deps.logger.warn("TopicGone", { conversationId, topicId });
    const known = await deps.conversations.find(conversationId);
    if (known?.topics?.some((topic) => topic.endsWith(`:${topicId}`)) !== true) return;
    await deps.conversations.update(conversationId, {
      topics: withoutTopic(known.topics, topicId),
    });
  };
  const sending = async <At extends Where, Result>(
    chatId: string,
    at: At | undefined,
    send: (at: At | undefined) => Promise<Result>,
    again: ((at: Omit<At, "topicId">) => Promise<Result>) | undefined,
  ): Promise<Result> => {
    try {
      return await send(at);
    } catch (error) {
      const isGone = error instanceof PermanentFailure && error.blames === "topic";
      if (!isGone || at?.topicId === undefined) throw error;
      await forget(chatId, at.topicId);
      if (again === undefined) throw error;
      const { topicId: _, ...elsewhere } = at;
      return again(elsewhere);
    }
  };
  return {
    sendText(chatId, text, options) {
      const send = (at: typeof options) => messenger.sendText(chatId, text, at);
      return sending(chatId, options, send, send);
    },
    sendFile(chatId, outgoing, options) {
      const send = (at: typeof options) => messenger.sendFile(chatId, outgoing, at);
      return sending(chatId, options, send, undefined);
    },
    request(chatId, method, payload, where) {
      const send = (at: Where | undefined) => messenger.request(chatId, method, payload, at);
      return sending(chatId, where, send, send);
    },
    touchChat(chatId, where) {
      const send = (at: Where | undefined) => messenger.touchChat(chatId, at);
      return sending(chatId, where, send, send);
    },
    react: (...call) => messenger.react(...call),
  };
}
