import * as z from "zod/mini";
import { conversationIdOf, msgidOf, customerIdOf } from "../../model/ids.ts";
import type {
  Ignored,
  NotUnderstood,
  TelegramEvent,
  Customer,
  Where,
} from "../../model/message.ts";
import * as wire from "./wire.ts";
import type { Chat, User, Message } from "./wire.ts";
import { languages } from "../../model/conversation.ts";
import type { Language } from "../../model/conversation.ts";
import { visibleName } from "../../model/visible-name.ts";
import { isObject, valueAt } from "../../http/untrusted.ts";
import { chatNameOf } from "../webhook/identify.ts";

/** Which update of which bot is being read. */
export type Origin = {
  readonly botId: string;
  readonly updateId: number;
  /** The one field beside `update_id`. */
  readonly type: string;
};

/** Reads the object of one type of update. */
export type Decode = (subject: Readonly<Record<string, unknown>>, origin: Origin) => TelegramEvent;

/** A chat with one person; where the type is missing, people have positive ids and groups negative. */
export function isPrivate(chat: Chat): boolean {
  return chat.type === "private" || (!otherTypes.has(chat.type ?? "") && chat.id > 0);
}

const otherTypes = new Set(["group", "supergroup", "channel"]);

/** Our names of what was said in a chat; without an id of its own it goes by its update's. */
export function namesOf(
  chatId: number | string,
  name: string | undefined,
  { botId, updateId }: Origin,
): { readonly conversationId: string; readonly chatId: string; readonly msgid: string } {
  const chat = String(chatId);
  return {
    conversationId: conversationIdOf(botId, chat),
    chatId: chat,
    msgid: msgidOf(botId, chat, name ?? `upd-${updateId}`),
  };
}

/** Nothing to show; `what` may be logged, so of an unknown name no more than that is told. */
export function ignored(what: string): Ignored {
  const name = what === "the update" ? what : plainKind(what);
  return { kind: "ignored", reason: `nothing to show in ${name}` };
}

/** Set aside for a person to look at; tells where it is odd, by the Bot API's names. */
export function notUnderstood(where: string): NotUnderstood {
  const detail = `not an Update: ${where}`;
  return { kind: "not-understood", reason: "not-understood", detail };
}

/** The same from what zod found in the object of a type of update. */
export function misread(type: string, error: z.core.$ZodError): NotUnderstood {
  const where = error.issues.map(({ path }) => [type, ...path].join(".")).join(", ");
  return notUnderstood(where);
}

type Named = {
  readonly first_name?: string | undefined;
  readonly last_name?: string | undefined;
  readonly username?: string | undefined;
};

/**
 * The customer of a private chat, who is the chat: its names are used where nobody, or somebody else, is
 * named as the author.
 */
export function customerOf(from: User | undefined, chat: Chat): Customer {
  const author = from?.id === chat.id ? from : undefined;
  return {
    id: customerIdOf(String(chat.id)),
    name: nameOf(author ?? chat) ?? `Telegram ${chat.id}`,
    language: languageOf(author),
  };
}

/** First and last name as far as they can be seen, else the user name; undefined for none of them. */
export function nameOf({ first_name: first = "", last_name: last = "", username }: Named) {
  return visibleName(`${first} ${last}`) ?? visibleName(username);
}

/** The language to answer a person in. */
export function languageOf(person: User | undefined): Language {
  const [spoken = ""] = (person?.language_code ?? "").toLowerCase().split("-");
  return languages.find((language) => language === spoken) ?? languages[0];
}

/**
 * Accounts that Telegram puts in the place of people: of an administrator who writes under the group's
 * name, and of a channel that writes in a group.
 * @see https://core.telegram.org/bots/api#message
 */
const standIns = new Set([1087968824, 136817688]);

/**
 * An update whose author is no person: the bot itself, whose acts (a pin, a refund, a new topic) Telegram
 * tells as messages in the customer's chat, or another bot, which would answer the bridge's answer for
 * ever. Undefined where a person is the author, or where none is named.
 */
export function notByPerson(
  subject: Readonly<Record<string, unknown>>,
  { botId, type }: Pick<Origin, "botId" | "type">,
): Ignored | undefined {
  const author = z.safeParse(wire.user, subject["from"] ?? subject["user"]);
  if (!author.success) return undefined;
  const { id, is_bot: isBot } = author.data;
  const isOwn = String(id) === botId;
  if (!isOwn && (isBot !== true || standIns.has(id))) return undefined;
  const isMessage = subject["message_id"] !== undefined;
  const what = plainKind((isMessage ? kindOf(subject) : undefined) ?? type);
  return { kind: "ignored", reason: `${isOwn ? "the bot's own" : "another bot's"} ${what}` };
}

/** Telegram's own number of what is outside of topics, which no method takes. */
const general = 1;

/**
 * Where in its chat a Message stands. Answers carry a `message_thread_id` in chats without topics too, and no
 * method takes that of a chain of answers: only beside `is_topic_message` it names a topic.
 * @see https://core.telegram.org/bots/api#message
 */
export function whereIn(message: unknown): { readonly where?: Where } {
  if (!isObject(message) || message["is_topic_message"] !== true) return {};
  const topic = message["message_thread_id"];
  const isTopic = Number.isSafeInteger(topic) && Number(topic) > general;
  return isTopic ? { where: { topicId: String(topic) } } : {};
}

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

/**
 * Fields of a Message that say who, where, when and in answer to what; every other field is the
 * message's content, so that a kind the Bot API adds tomorrow is still seen and named.
 * @see https://core.telegram.org/bots/api#message
 */
const aboutTheMessage = new Set(
  `message_id message_thread_id direct_messages_topic from sender_chat
  sender_boost_count sender_business_bot sender_tag date business_connection_id
  chat forward_origin is_topic_message is_automatic_forward reply_to_message
  external_reply quote reply_to_story reply_to_checklist_task_id via_bot
  edit_date has_protected_content is_from_offline is_paid_post media_group_id
  author_signature paid_star_count entities link_preview_options suggested_post_info
  effect_id caption caption_entities show_caption_above_media has_media_spoiler
  reply_markup text guest_query_id receiver_user ephemeral_message_id
  reply_to_poll_option_id guest_bot_caller_user guest_bot_caller_chat`.split(/\s+/),
);

/** The Bot API's word for what a message carries, or undefined for a message of nothing. */
export function kindOf(message: Readonly<Record<string, unknown>>): string | undefined {
  return Object.keys(message).find(
    (field) => !aboutTheMessage.has(field) && message[field] !== undefined,
  );
}

/** A field's name as far as it looks like one of the Bot API's: others might be somebody's words. */
export function plainKind(name: string): string {
  return /^[a-z][a-z0-9_]{0,63}$/.test(name) ? name : "unknown";
}
