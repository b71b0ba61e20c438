import * as z from "zod/mini";
import type { MessageContent } from "../../model/content.ts";
import type { BotCommand, TelegramEvent } from "../../model/message.ts";
import { valueAt, isObject, parseObject } from "../../http/untrusted.ts";
import { contentsOf, placeholderOf } from "./content.ts";
import {
  customerOf,
  directOf,
  isPrivate,
  decoding,
  namesOf,
  whereIn,
  ignored,
  notByPerson,
  profileOf,
  plainKind,
  notUnderstood,
} from "./origin.ts";
import type { Direct, Decode, Origin } from "./origin.ts";
import {
  inGroup,
  outside,
  inBusiness,
  decodeBusinessConnection,
  decodeBusinessMessage,
  decodeChannelPost,
} from "./unsupported-chat.ts";
import * as wire from "./wire.ts";
import { omitUndefined } from "./wire.ts";
import type { Chat, Message, User } from "./wire.ts";
import { forwardedFrom, quoteOf } from "./quote.ts";
import { conversationIdOf } from "../../model/ids.ts";
import { decodePress, decodeReaction } from "./press-and-reaction.ts";

/** A `message` update. */
const decodeMessage = decodingMessage((message, origin, direct) => {
  const command = direct?.author === "administrator" ? undefined : commandOf(message);
  return {
    kind: "message",
    ...saidIn(message, origin, direct),
    sentAtSeconds: message.date,
    ...inOrder(contentsOf(message)),
    ...omitUndefined({ command, startPayload: command && startPayloadOf(message) }),
  };
});

/** An `edited_message` update. Telegram also sends one every few seconds for a live location that moves. */
const decodeEdit = decodingMessage((message, origin, direct) => {
  const { content, ...further } = inOrder(contentsOf(message));
  const isPlace =
    content.type === "location" &&
    message["location"] !== undefined &&
    message["venue"] === undefined;
  if (isPlace && valueAt(message, "location", "live_period") !== undefined) {
    return { kind: "ignored", reason: "live location moved" };
  }
  return {
    kind: "edit",
    ...saidIn(message, origin, direct),
    sentAtSeconds: message.edit_date ?? message.date,
    content: isPlace ? { ...content, live: "ended" } : content,
    ...further,
  };
});

/** A reader of messages in private chats, and in the direct messages of a channel. */
function decodingMessage(
  decode: (message: Message, origin: Origin, direct?: Direct) => TelegramEvent,
): Decode {
  return decoding(wire.message, (message, origin) => {
    if (isPrivate(message.chat)) return decode(message, origin);
    const direct = directOf(message, origin);
    if (direct === undefined) return inGroup(message, origin);
    if (direct.author === "bot") return { kind: "ignored", reason: "an act of the bot's own" };
    return decode(message, origin, direct);
  });
}

/** The author of a message, the message it answers, and the origin of a forwarded message. */
function saidIn(message: Message, origin: Origin, direct: Direct | undefined) {
  const { message_id: id, chat, from } = message;
  // Telegram gives an id of zero to messages that it cannot name. Such ids are not unique.
  const name = id === undefined || id <= 0 ? undefined : String(id);
  return {
    ...namesOf(direct?.chat ?? chat.id, name, origin),
    ...peopleOf(direct, from, chat),
    ...(direct === undefined ? whereIn(message) : {}),
    ...omitUndefined({ quote: quoteOf(message), forwardedFrom: forwardedFrom(message) }),
  };
}

/** The customer, and whether an administrator of the channel wrote to them. */
function peopleOf(direct: Direct | undefined, from: User | undefined, chat: Chat) {
  if (direct === undefined) {
    const author = from?.id === chat.id ? from : undefined;
    return { customer: customerOf(from, chat), ...profileOf(author) };
  }
  const people = { customer: customerOf(direct.user, direct.user), ...profileOf(direct.user) };
  return direct.author === "administrator" ? { ...people, isOutgoing: true as const } : people;
}

/** The first content. When amoCRM needs more than one message, the others follow it. */
function inOrder([content, ...further]: readonly [MessageContent, ...MessageContent[]]) {
  return { content, ...(further.length === 0 ? {} : { further }) };
}

function commandOf(message: Message): BotCommand | undefined {
  const text = message["text"];
  if (message["rich_message"] !== undefined) return undefined;
  if (typeof text !== "string" || message["forward_origin"] !== undefined) return undefined;
  const match = /^\/(start|help|operator|end|language)(?:@\w+)?(?=\s|$)/.exec(text);
  return match?.[1] as BotCommand | undefined;
}

/**
 * The payload of a deep link, in the form that Telegram sends. More words after a command are only words.
 * @see https://core.telegram.org/bots/features#deep-linking
 */
function startPayloadOf(message: Message): string | undefined {
  const match = /^\/start(?:@\w+)? ([A-Za-z0-9_-]{1,64})$/.exec(String(message["text"]));
  return match?.[1];
}

/**
 * A `my_chat_member` update. The customer blocked or unblocked the bot, or a person added the bot to a
 * group or channel. In a group or channel, the bridge says that the bot does not serve there.
 */
const decodeMembership = decoding(wire.chatMemberUpdated, (subject, origin) => {
  const { chat, from, date, new_chat_member: member } = subject;
  const isOut = member.status === "kicked" || member.status === "left";
  if (!isPrivate(chat) && chat["is_direct_messages"] === true) return ignored(origin.type);
  if (!isPrivate(chat)) return isOut ? ignored(origin.type) : outside(chat, from, origin);
  return {
    kind: "membership",
    conversationId: conversationIdOf(origin.botId, String(chat.id)),
    reachability: member.status === "kicked" ? "blocked" : "reachable",
    changedAtSeconds: date,
  };
});

/**
 * An update of a type without a reader of its own, known or future. The event has the person, the type's
 * name and the words of the update. It has the update's id, because a message id in the update may belong
 * to an earlier message.
 */
const decodeUnknown: Decode = (subject, origin) => {
  const parsed = z.safeParse(wire.someSubject, subject);
  if (!parsed.success) return ignored(origin.type);
  const { message, from, user, date } = parsed.data;
  const person = from ?? user;
  const chat = parsed.data.chat ?? message?.chat;
  const place = chat ?? person;
  if (place === undefined) return ignored(origin.type);
  const holder = message ?? subject;
  const inAccount = inBusiness(holder, person, origin);
  if (inAccount !== undefined) return inAccount;
  const { data: written } = z.safeParse(wire.message, { ...holder, chat: place, from: person });
  const direct = written && directOf(written, origin);
  if (chat !== undefined && !isPrivate(chat) && !direct) return outside(chat, person, origin);
  // The content of the update, without the names of the person and the chat.
  const { user: _user, chat: _chat, direct_messages_topic: _topic, ...rest } = subject;
  return {
    kind: "message",
    ...namesOf(direct?.chat ?? place.id, undefined, origin),
    ...peopleOf(direct, person, place),
    ...whereIn(holder),
    sentAtSeconds: date,
    ...inOrder(placeholderOf(origin.type, {}, rest)),
  };
};

const decoders: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ["message", decodeMessage],
  ["edited_message", decodeEdit],
  ["callback_query", decodePress],
  ["message_reaction", decodeReaction],
  ["my_chat_member", decodeMembership],
  ["channel_post", decodeChannelPost],
  ["edited_channel_post", decodeChannelPost],
  ["business_connection", decodeBusinessConnection],
  ["business_message", decodeBusinessMessage],
  ["edited_business_message", decodeBusinessMessage],
]);

/**
 * Updates that no customer wrote to the bot: states and counts (`poll`, `message_reaction_count`), typing
 * into a search field (`inline_query`, `chosen_inline_result`), acts among members (`chat_member`,
 * `chat_join_request`, boosts), deletions, which amoCRM cannot show, the end of a typing that the bridge
 * never starts, and questions to a guest, who cannot answer with a message.
 */
const typesWithoutWords = new Set(
  `poll message_reaction_count inline_query chosen_inline_result chat_member chat_join_request
  chat_boost removed_chat_boost deleted_business_messages stopped_message_generation
  guest_message`.split(/\s+/),
);

/**
 * Reads an update. The result is a customer's act, an act in a chat that the bridge does not serve, an
 * update with nothing to show, or a body that is no update. Never throws. Every act of a person in a
 * private chat becomes an event, also an act of an unknown kind. The bridge accepts unknown fields, and
 * optional fields of an odd type.
 */
export function decodeUpdate(body: Uint8Array, botId: string): TelegramEvent {
  const update = parseObject(body);
  const updateId = update?.["update_id"];
  if (update === undefined || !Number.isSafeInteger(updateId)) return notUnderstood("update_id");
  const fields = Object.entries(update).filter(([name]) => name !== "update_id");
  const objects = fields.filter(([, value]) => isObject(value));
  const [type, subject] = objects.find(([name]) => decoders.has(name)) ?? objects[0] ?? [];
  if (type === undefined || !isObject(subject)) {
    const odd = fields[0]?.[0];
    return odd === undefined ? ignored("the update") : notUnderstood(plainKind(odd));
  }
  if (typesWithoutWords.has(type)) return ignored(type);
  const origin = { botId, updateId: Number(updateId), type };
  return notByPerson(subject, origin) ?? (decoders.get(type) ?? decodeUnknown)(subject, origin);
}
