import * as z from "zod/mini";
import { catch as otherwise } from "zod/mini";

/** An integer that fits an id. Telegram's ids have up to 52 significant bits. */
const id = z.int();

/** Optional values. A value of another type, or an empty text, counts as absent. */
const text = otherwise(z.optional(z.string().check(z.minLength(1))), undefined);
const whole = otherwise(z.optional(z.int()), undefined);
const flag = otherwise(z.optional(z.boolean()), undefined);
const size = otherwise(z.optional(z.int().check(z.minimum(0))), undefined);

const names = { first_name: text, last_name: text, username: text };

/** A `User`. @see https://core.telegram.org/bots/api#user */
export const user = z.looseObject({ id, ...names, language_code: text, is_bot: flag });
export type User = z.output<typeof user>;

const someUser = otherwise(z.optional(user), undefined);

/** A `Chat`. @see https://core.telegram.org/bots/api#chat */
export const chat = z.looseObject({ id, type: text, title: text, ...names });
export type Chat = z.output<typeof chat>;

/**
 * The part of a Message that says whose it is. The readers of each kind read its content.
 * @see https://core.telegram.org/bots/api#message
 */
export const message = z.looseObject({
  message_id: whole,
  date: whole,
  edit_date: whole,
  chat,
  from: someUser,
  business_connection_id: text,
});
export type Message = z.output<typeof message>;

/** A press of a button. @see https://core.telegram.org/bots/api#callbackquery */
export const callbackQuery = z.looseObject({ id: z.string(), from: user, data: text });

/** A change of a person's reactions. @see https://core.telegram.org/bots/api#messagereactionupdated */
export const messageReaction = z.looseObject({ chat, message_id: id, user: someUser, date: whole });

/** The bot's status in a chat. @see https://core.telegram.org/bots/api#chatmemberupdated */
export const chatMemberUpdated = z.looseObject({
  chat,
  from: someUser,
  date: otherwise(z._default(z.int(), 0), 0),
  new_chat_member: z.looseObject({ status: z.string() }),
});

/**
 * A business account connected the bot, or disconnected it.
 * @see https://core.telegram.org/bots/api#businessconnection
 */
export const businessConnection = z.looseObject({
  id: z.string(),
  user,
  user_chat_id: id,
  is_enabled: otherwise(z.boolean(), true),
});

/** The person and the chat of an update of an unknown kind. */
export const someSubject = z.looseObject({
  chat: otherwise(z.optional(chat), undefined),
  message: otherwise(z.optional(z.looseObject({ chat })), undefined),
  from: someUser,
  user: someUser,
  date: whole,
});

/** Any file that `getFile` can fetch. @see https://core.telegram.org/bots/api#available-types */
export const file = z.looseObject({
  file_id: z.string().check(z.minLength(1)),
  file_name: text,
  mime_type: text,
  file_size: size,
  duration: size,
  width: whole,
  height: whole,
});
export type File = z.output<typeof file>;

/** A part of a text with its own format or action. @see https://core.telegram.org/bots/api#messageentity */
export const entity = z.looseObject({
  type: z.string(),
  offset: z.int(),
  length: z.int().check(z.minimum(1)),
  url: text,
  language: text,
  unix_time: whole,
  user: someUser,
});
export type Entity = z.output<typeof entity>;

/** The fields that have a value. In the model an optional field is absent, never undefined. */
export function omitUndefined<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]?: Exclude<Fields[Name], undefined>;
  };
}

/** Names of fields, or ends of names, that hold no words for a person: ids, forms, keys, layout. */
const technical =
  /(^|_)(ids?|type|kind|status|format|mode|style|colou?r|language_code|mime_type|currency_code|token|hash|payload|data|path|nonce|secret|start_parameter|origin|v?align|size|language)$/;
/** Names of numbers that a person needs. Such a number says little without its field's name. */
const counting = /(^|_)(amount|value|star_count|distance|count)$/;
/** Fields that the bridge never reads: the author, the layout, and other forms of a file. */
const silent =
  /^(from|reply_markup|entities|caption_entities|thumbnail|cover|qualities|premium_animation|file_name|set_name|credentials)$|_entities$/;
/** In a message within a message, the fields that are not its content. */
const aboutAMessage = /^(chat|sender_chat|sender_business_bot|via_bot|forward_origin)$/;

/** True when a string in this field is for a person to read. */
export function holdsWords(name: string): boolean {
  return !technical.test(name);
}

/** True when a number in this field is for a person to read. */
export function holdsCount(name: string): boolean {
  return counting.test(name);
}

/** True when this field has nothing for a person. */
export function isSilent(name: string, isOfMessage: boolean): boolean {
  return silent.test(name) || (isOfMessage && aboutAMessage.test(name));
}
