import type { Bot } from "../../../local/simulators/telegram/bot.ts";
import { unixSeconds, record, noteTopic } from "../../../local/simulators/telegram/bot.ts";
import { textMessage } from "../../../local/simulators/telegram/updates.ts";
import { authorOf, channelChat, directTopicOf, isDirect, personOf } from "./customers.ts";

/** A `Message` of the Bot API. */
export type Message = Readonly<Record<string, unknown>> & { readonly message_id: number };

type InTopic = { readonly message_thread_id?: number; readonly is_topic_message?: true };

/**
 * How an administrator writes to a customer directly, not through the bridge: by their own name, or
 * in the channel's name.
 */
export type Administrator = "by name" | "as channel";

/** Records a customer's text in their chat, in a topic if the chat has topics. */
export function customersText(bot: Bot, chat: number, text: string): Message {
  if (isDirect(chat)) return directText(bot, chat, text, { from: authorOf(chat) });
  const { messageId, message: plain } = textMessage(bot, authorOf(chat), text);
  const message = { ...plain, message_id: messageId, ...topicOf(chat, messageId) };
  const place = bot.chats.get(chat);
  if (place !== undefined) noteTopic(place, messageId, message);
  return message;
}

/** A text of a channel administrator in a customer's topic. */
export function administratorsText(
  bot: Bot,
  chat: number,
  text: string,
  who: Administrator,
): Message {
  const byName = { from: { id: 77, is_bot: false, first_name: "Administrator" } };
  // A message in the channel's name has no personal author. Telegram sets a service account as the
  // author.
  const channel = { id: -1_002_000_000_000, type: "channel", title: "News" };
  const standIn = { id: 136_817_688, is_bot: true, first_name: "Channel" };
  const asChannel = { from: standIn, sender_chat: channel };
  return directText(bot, chat, text, who === "by name" ? byName : asChannel);
}

function directText(bot: Bot, chat: number, text: string, author: object): Message {
  const place = bot.chats.openPlace(channelChat);
  const date = unixSeconds(bot);
  const message_id = record(place, { from: "customer", text, date });
  const direct_messages_topic = { topic_id: directTopicOf(chat), user: personOf(chat) };
  const message = { message_id, ...author, chat: channelChat, direct_messages_topic, date, text };
  place.objects.set(message_id, message);
  noteTopic(place, message_id, message);
  return message;
}

/**
 * Every third customer of the bot writes in topics: in the first, in the second, and outside of
 * topics.
 */
function topicOf(chat: number, messageId: number): InTopic {
  const topic = Math.floor(messageId / 3) % 3;
  if (chat % 3 !== 0 || topic === 2) return {};
  return { message_thread_id: 77 + topic, is_topic_message: true };
}
