import type { Conversation } from "../../../lambdas/model/conversation.ts";
import type { CustomerMessenger } from "../../../lambdas/model/messenger.ts";
import {
  chatOfConversation,
  conversationAt,
  conversationOf,
  isDirect,
  userOf,
} from "../world/customers.ts";
import { changed } from "./changed.ts";
import type { Mutant } from "./mutant.ts";

/** Bugs of place: the topic, the conversation, or the author of a message. */
export const placeMutants: Readonly<Record<string, Mutant>> = {
  "drops the topic of a private chat": {
    messenger: (messenger) =>
      sending(messenger, (chatId, text, options) => {
        const { topicId: _, ...others } = options;
        return messenger.sendText(chatId, text, others);
      }),
  },
  "answers in the customer's first topic": {
    conversations: (conversations) =>
      changed(conversations, {
        async find(...asked) {
          const known = await conversations.find(...asked);
          return known?.topics === undefined
            ? known
            : { ...known, topics: known.topics.slice(0, 1) };
        },
      }),
  },
  "answers in another direct-messages topic": {
    messenger: (messenger) => {
      let before: string | undefined;
      return sending(messenger, (chatId, text, options) => {
        if (!isDirect(chatAt(chatId))) return messenger.sendText(chatId, text, options);
        const topic = before ?? chatId;
        before = chatId;
        return messenger.sendText(topic, text, options);
      });
    },
  },
  "answers without the topic of direct messages": {
    messenger: (messenger) =>
      sending(messenger, (chatId, text, options) =>
        messenger.sendText(chatId.replace(/-dm\d+$/, ""), text, options),
      ),
  },
  "answers direct messages in the person's chat with the bot": {
    messenger: (messenger) =>
      sending(messenger, (chatId, text, options) => {
        const chat = chatAt(chatId);
        return messenger.sendText(isDirect(chat) ? String(userOf(chat)) : chatId, text, options);
      }),
  },
  "puts all direct messages of a channel in one conversation": {
    crm: (crm) => {
      let first: string | undefined;
      return changed(crm, {
        sendMessage(message) {
          if (!isDirect(chatOfConversation(message.conversationId)))
            return crm.sendMessage(message);
          first ??= message.conversationId;
          return crm.sendMessage({ ...message, conversationId: first });
        },
      });
    },
  },
  "shows an administrator's message as the customer's": {
    crm: (crm) =>
      changed(crm, {
        sendMessage: (message) =>
          isDirect(chatOfConversation(message.conversationId))
            ? crm.sendMessage({ ...message, from: "customer" })
            : crm.sendMessage(message),
      }),
  },
  "notifies operators of an administrator's message": {
    crm: (crm) =>
      changed(crm, {
        sendMessage: (message) =>
          isDirect(chatOfConversation(message.conversationId))
            ? crm.sendMessage({ ...message, silent: false })
            : crm.sendMessage(message),
      }),
  },
  "treats a customer who blocked the bot as unreachable in the channel": {
    conversations: (conversations) =>
      changed(conversations, {
        async find(conversationId, ...how) {
          const known = await conversations.find(conversationId, ...how);
          const chat = chatOfConversation(conversationId);
          if (!isDirect(chat) || known === undefined) return known;
          const { reachability } = (await conversations.find(conversationOf(userOf(chat)))) ?? {};
          return (
            reachability === undefined ? known : { ...known, reachability }
          ) satisfies Conversation;
        },
      }),
  },
  "forgets until when calls to a chat are paused": {
    conversations: (conversations) =>
      changed(conversations, {
        update(conversationId, fields) {
          const { pausedUntilMillis: _, ...others } = fields;
          return conversations.update(conversationId, others);
        },
      }),
  },
};

type SendText = CustomerMessenger["sendText"];

/** The messenger with another way to send a text. */
function sending(
  messenger: CustomerMessenger,
  sendText: (...call: Required<Parameters<SendText>>) => ReturnType<SendText>,
): CustomerMessenger {
  return changed(messenger, {
    sendText: (chatId, text, options = {}) => sendText(chatId, text, options),
  });
}

/** The customer's chat for the bridge's chat id. */
function chatAt(chatId: string): number {
  return chatOfConversation(conversationAt(chatId));
}
