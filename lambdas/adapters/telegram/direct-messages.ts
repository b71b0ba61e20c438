import * as z from "zod/mini";
import { valueAt } from "../untrusted.ts";
import { chatNameOf } from "./chat-name.ts";
import type { Origin } from "./update.ts";
import * as wire from "./wire.ts";
import type { Message, User } from "./wire.ts";

/** Whose direct messages to a channel a message belongs to, and who of them wrote it. */
export type Direct = {
  readonly chat: string;
  /** The customer, also where an administrator of the channel has written to them. */
  readonly user: User;
  readonly author: "customer" | "administrator" | "bot";
};

/**
 * Reads that of a message; undefined elsewhere. What is written in the channel's name has the channel as its
 * `sender_chat`, and in `from` a stand-in.
 * @see https://core.telegram.org/bots/api#directmessagestopic
 */
export function directOf(message: Message, { botId }: Pick<Origin, "botId">): Direct | undefined {
  const chat = chatNameOf(message.chat.id, message);
  if (chat === String(message.chat.id)) return undefined;
  const told = z.safeParse(wire.user, valueAt(message, "direct_messages_topic", "user"));
  // Telegram leaves the user out at times; the topic has their id.
  const id = Number(valueAt(message, "direct_messages_topic", "topic_id"));
  const isOfTopic = message.from?.id === id;
  const user = told.success ? told.data : isOfTopic && message.from ? message.from : { id };
  return { chat, user: withLanguage(user, message.from), author: authorOf(message, user, botId) };
}

function authorOf({ from, ...message }: Message, user: Pick<User, "id">, botId: string) {
  if (String(from?.id) === botId) return "bot";
  const isCustomer = message["sender_chat"] === undefined && (from?.id ?? user.id) === user.id;
  return isCustomer ? "customer" : "administrator";
}

/** Only who writes is told with the language they speak. */
function withLanguage(user: Pick<User, "id">, from: User | undefined): User {
  const spoken = from?.id === user.id ? from.language_code : undefined;
  return { ...user, ...(spoken === undefined ? {} : { language_code: spoken }) } as User;
}
