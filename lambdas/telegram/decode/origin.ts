import * as z from "zod/mini";
import { conversationIdOf, msgidOf, customerIdOf } from "../../model/ids.ts";
import type {
  CustomerEvent,
  Ignored,
  NotUnderstood,
  TelegramEvent,
  Customer,
  CustomerProfile,
  Where,
} from "../../model/message.ts";
import * as wire from "./wire.ts";
import type { Chat, User, Message } from "./wire.ts";
import { languages } from "../../model/conversation.ts";
import type { Language } from "../../model/conversation.ts";
import { visibleName } from "../../model/visible-name.ts";
import { isObject, valueAt } from "../../http/untrusted.ts";
import type { Fields } from "../../http/untrusted.ts";
import { chatNameOf } from "../webhook/identify.ts";

/** The update to read, and its bot. */
export type Origin = {
  readonly botId: string;
  readonly updateId: number;
  /** The name of the one field next to `update_id`. */
  readonly type: string;
};

/** Reads the object of one type of update. */
export type Decode = (subject: Fields, origin: Origin) => TelegramEvent;

/** A reader of objects of this form. The bridge parks an update whose object has another form. */
export function decoding<Schema extends z.ZodMiniType>(
  schema: Schema,
  read: (subject: z.output<Schema>, origin: Origin) => TelegramEvent,
): Decode {
  return (subject, origin) => {
    const { data, error } = z.safeParse(schema, subject);
    if (error === undefined) return read(data, origin);
    const where = error.issues.map(({ path }) => [origin.type, ...path].join("."));
    return notUnderstood(where.join(", "));
  };
}

/** True for a chat with one person. Without a type the id decides: groups have negative ids. */
export function isPrivate(chat: Chat): boolean {
  return chat.type === "private" || (!otherTypes.has(chat.type ?? "") && chat.id > 0);
}

const otherTypes = new Set(["group", "supergroup", "channel"]);

/** Our names for a message in a chat. A message without an id of its own gets the id of its update. */
export function namesOf(
  chatId: number | string,
  name: string | undefined,
  { botId, updateId }: Origin,
): Pick<CustomerEvent, "conversationId" | "chatId" | "msgid" | "updateId"> {
  const chat = String(chatId);
  return {
    conversationId: conversationIdOf(botId, chat),
    chatId: chat,
    msgid: msgidOf(botId, chat, name ?? `upd-${updateId}`),
    updateId,
  };
}

/** An update with nothing to show. The reason goes to the log, so it never repeats an unknown name. */
export function ignored(what: string): Ignored {
  const name = what === "the update" ? what : plainKind(what);
  return { kind: "ignored", reason: `nothing to show in ${name}` };
}

/** An update that the bridge parks for a person. The detail says where it is odd, in the Bot API's names. */
export function notUnderstood(where: string): NotUnderstood {
  const detail = `not an Update: ${where}`;
  return { kind: "not-understood", reason: "not-understood", detail };
}

type Named = {
  readonly first_name?: string | undefined;
  readonly last_name?: string | undefined;
  readonly username?: string | undefined;
};

/** The customer of a private chat. The chat's names serve when the message has another author or none. */
export function customerOf(from: User | undefined, chat: Chat): Customer {
  const author = from?.id === chat.id ? from : undefined;
  return {
    id: customerIdOf(String(chat.id)),
    name: nameOf(author ?? chat) ?? `Telegram ${chat.id}`,
    language: languageOf(author),
  };
}

/** What else Telegram says of the customer; nothing when it says nothing. */
export function profileOf(person: User | undefined): { profile?: CustomerProfile } {
  const { username, language_code: languageCode } = person ?? {};
  const profile: CustomerProfile = {
    ...(username !== undefined && /^\w{1,64}$/.test(username) ? { username } : {}),
    ...(languageCode !== undefined && /^[\w-]{1,35}$/.test(languageCode) ? { languageCode } : {}),
    ...(person?.["is_premium"] === true ? { isPremium: true } : {}),
  };
  return Object.keys(profile).length === 0 ? {} : { profile };
}

/** First and last name as far as a person can see them, else the user name; undefined without any of them. */
export function nameOf({ first_name: first = "", last_name: last = "", username }: Named) {
  return visibleName(`${first} ${last}`) ?? visibleName(username);
}

/** The language of answers to a person: their own, else the bridge's first language. */
export function languageOf(person: User | undefined): Language {
  const [spoken = ""] = (person?.language_code ?? "").toLowerCase().split("-");
  return languages.find((language) => language === spoken) ?? languages[0];
}

/**
 * Accounts that Telegram names in place of people: one for an administrator who writes under the group's
 * name, one for a channel that writes in a group.
 * @see https://core.telegram.org/bots/api#message
 */
const standIns = new Set([1087968824, 136817688]);

/**
 * Ignores an update whose author is not a person. The author may be the bot itself: Telegram sends its
 * acts (a pin, a refund, a new topic) as messages in the customer's chat. The author may be another bot,
 * which would answer the bridge's answers for ever. Undefined when a person is the author, or when there
 * is no author.
 */
export function notByPerson(
  subject: Fields,
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

/** Telegram's number for messages outside topics. No method accepts it. */
const general = 1;

/**
 * The topic of a Message in its chat. An answer has a `message_thread_id` in a chat without topics too,
 * and no method accepts the id of such a chain of answers. So the id names a topic only together with
 * `is_topic_message`.
 * @see https://core.telegram.org/bots/api#message
 */
export function whereIn(message: unknown): { readonly where?: Where } {
  if (!isObject(message) || message["is_topic_message"] !== true) return {};
  const topic = message["message_thread_id"];
  const isTopic = Number.isSafeInteger(topic) && Number(topic) > general;
  return isTopic ? { where: { topicId: String(topic) } } : {};
}

/** The direct messages to a channel that a message belongs to, with the customer and the author. */
export type Direct = {
  readonly chat: string;
  /** The customer, also when an administrator of the channel wrote to them. */
  readonly user: User;
  readonly author: "customer" | "administrator" | "bot";
};

/**
 * Reads the channel's direct messages that a message belongs to; undefined for any other message. A
 * message in the channel's name has the channel as its `sender_chat`, and a stand-in account in `from`.
 * @see https://core.telegram.org/bots/api#directmessagestopic
 */
export function directOf(message: Message, { botId }: Pick<Origin, "botId">): Direct | undefined {
  const chat = chatNameOf(message.chat.id, message);
  if (chat === String(message.chat.id)) return undefined;
  const named = z.safeParse(wire.user, valueAt(message, "direct_messages_topic", "user"));
  // Telegram sometimes omits the user. The id of the topic is their id.
  const id = Number(valueAt(message, "direct_messages_topic", "topic_id"));
  const isOfTopic = message.from?.id === id;
  const user = named.success ? named.data : isOfTopic && message.from ? message.from : { id };
  return { chat, user: withLanguage(user, message.from), author: authorOf(message, user, botId) };
}

function authorOf({ from, ...message }: Message, user: Pick<User, "id">, botId: string) {
  if (String(from?.id) === botId) return "bot";
  const isCustomer = message["sender_chat"] === undefined && (from?.id ?? user.id) === user.id;
  return isCustomer ? "customer" : "administrator";
}

/** Telegram gives the language only with the author. */
function withLanguage(user: Pick<User, "id">, from: User | undefined): User {
  const spoken = from?.id === user.id ? from.language_code : undefined;
  return { ...user, ...(spoken === undefined ? {} : { language_code: spoken }) } as User;
}

/**
 * Fields of a Message that describe it: author, chat, time, and the message it answers. Every other field
 * is content. So the bridge also sees and names a kind that the Bot API adds later.
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

/** The Bot API's name of a message's kind; undefined for a message without content. */
export function kindOf(message: Fields): string | undefined {
  return Object.keys(message).find(
    (field) => !aboutTheMessage.has(field) && message[field] !== undefined,
  );
}

/** A field's name in the form of the Bot API, else "unknown": another name may be a person's words. */
export function plainKind(name: string): string {
  return /^[a-z][a-z0-9_]{0,63}$/.test(name) ? name : "unknown";
}
