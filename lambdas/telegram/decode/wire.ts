import * as z from "zod/mini";
import { catch as otherwise } from "zod/mini";

/** A number that fits an id; Telegram's ids have up to 52 significant bits. */
const id = z.int();

/** What is good to have: a value of another type, or no words, counts as absent and refuses nothing. */
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
 * The part of a Message without which nobody knows whose it is; what it says is read by kind.
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

/** A change of somebody's reactions. @see https://core.telegram.org/bots/api#messagereactionupdated */
export const messageReaction = z.looseObject({ chat, message_id: id, user: someUser, date: whole });

/** The bot's place in a chat. @see https://core.telegram.org/bots/api#chatmemberupdated */
export const chatMemberUpdated = z.looseObject({
  chat,
  from: someUser,
  date: otherwise(z._default(z.int(), 0), 0),
  new_chat_member: z.looseObject({ status: z.string() }),
});

/** A business account took the bot on, or let it go. @see https://core.telegram.org/bots/api#businessconnection */
export const businessConnection = z.looseObject({
  id: z.string(),
  user,
  user_chat_id: id,
  is_enabled: otherwise(z.boolean(), true),
});

/** Whoever an update of an unknown kind is about. */
export const someSubject = z.looseObject({
  chat: otherwise(z.optional(chat), undefined),
  message: otherwise(z.optional(z.looseObject({ chat })), undefined),
  from: someUser,
  user: someUser,
  date: whole,
});

/** Anything that can be fetched by `getFile`. @see https://core.telegram.org/bots/api#available-types */
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

/** A part of a text that looks or acts differently. @see https://core.telegram.org/bots/api#messageentity */
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

/** The fields that have a value: an optional field of the model is absent, never undefined. */
export function present<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]?: Exclude<Fields[Name], undefined>;
  };
}

/** Names of fields, or ends of names, that hold no words for a person: ids, forms, keys, layout. */
const technical =
  /(^|_)(ids?|type|kind|status|format|mode|style|colou?r|language_code|mime_type|currency_code|token|hash|payload|data|path|nonce|secret|start_parameter|origin|v?align|size|language)$/;
/** Names of numbers worth telling, which say little without their field's name. */
const counting = /(^|_)(amount|value|star_count|distance|count)$/;
/** Fields that are never read into: whose it is, how it looks, and other forms of a file. */
const silent =
  /^(from|reply_markup|entities|caption_entities|thumbnail|cover|qualities|premium_animation|file_name|set_name|credentials)$|_entities$/;
/** In a message within a message, everything but what it says; elsewhere, the customer's own chat. */
const aboutAMessage = /^(chat|sender_chat|sender_business_bot|via_bot|forward_origin)$/;

/** A string in that field is for a person to read. */
export function holdsWords(name: string): boolean {
  return !technical.test(name);
}

/** A number in that field is worth telling. */
export function holdsCount(name: string): boolean {
  return counting.test(name);
}

/** Nothing in that field is for a person. */
export function isSilent(name: string, isOfMessage: boolean): boolean {
  return silent.test(name) || (isOfMessage && aboutAMessage.test(name));
}
