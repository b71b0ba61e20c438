import { randomInt } from "node:crypto";
import { unixSeconds } from "./bot.ts";
import type { Bot } from "./bot.ts";
import { chatObject, record, userObject } from "./chats.ts";
import type { Chat } from "./chats.ts";
import { quoted } from "./sending.ts";
import { inTopic, noteTopic } from "./topics.ts";
import type { SimulatedCustomer } from "./types.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A customer's action, as the update that reports it. */
export type Act = { readonly update: object; readonly messageId: number };

/** A new message with any fields of a `Message`. It gets ids, chat, author and time. */
export function sending(
  bot: Bot,
  customer: SimulatedCustomer,
  fields: Fields,
  answers?: { readonly messageId: number; readonly quote?: string | undefined },
): Act {
  const chat = bot.chats.open(customer);
  const date = unixSeconds(bot);
  const words = [fields["text"], fields["caption"]].find((value) => typeof value === "string");
  const messageId = record(chat, { from: "customer", text: String(words ?? ""), date });
  const message: Fields = {
    message_id: messageId,
    from: userObject(customer),
    chat: chatObject(chat),
    date,
    ...(answers === undefined ? {} : answering(bot, chat, answers)),
    ...fields,
  };
  noteTopic(chat, messageId, message);
  return updateOf(bot, chat, messageId, "message", message);
}

/**
 * A press of the button that shares the customer's own number. Telegram writes the
 * number with or without "+".
 */
export function sharing(bot: Bot, chat: Chat, phone: string): Act {
  const messageId = chat.numberButtonAt;
  if (messageId === undefined) throw new Error("no button there shares the customer's number");
  const { id: user_id, first_name, last_name } = chat.customer;
  const named = { first_name, ...(last_name === undefined ? {} : { last_name }) };
  const contact = { phone_number: phone, ...named, user_id };
  return sending(bot, chat.customer, { contact }, { messageId });
}

/** A known message once more, as if another person had written it first. */
export function forwarding(bot: Bot, chat: Chat, messageId: number, origin?: Fields): Act {
  const {
    reply_to_message: _reply,
    quote: _quote,
    reply_markup: _markup,
    message_id: _id,
    ...original
  } = wholeMessage(chat, messageId);
  const first = { type: "user", sender_user: original["from"], date: original["date"] };
  const { from: _from, chat: _chat, date: _date, ...said } = original;
  return sending(bot, chat.customer, { ...said, forward_origin: origin ?? first });
}

/** An edit. The given fields replace those of the message. Null removes a field. */
export function editing(bot: Bot, chat: Chat, messageId: number, fields: Fields): Act {
  const edited = { ...wholeMessage(chat, messageId), ...fields, edit_date: unixSeconds(bot) };
  const message = Object.fromEntries(Object.entries(edited).filter(([, value]) => value !== null));
  return updateOf(bot, chat, messageId, "edited_message", message);
}

/** A press of the button with that text. Of an old message Telegram reports only its id. */
export function pressing(
  bot: Bot,
  chat: Chat,
  messageId: number,
  { text, isOld }: { readonly text: string; readonly isOld: boolean },
): Act & { readonly callbackId: string } {
  const message = wholeMessage(chat, messageId);
  const { inline_keyboard: rows = [] } = (message["reply_markup"] ?? {}) as {
    inline_keyboard?: { text: string; callback_data?: string }[][];
  };
  const button = rows.flat().find((candidate) => candidate.text === text);
  if (button?.callback_data === undefined) {
    throw new Error(`message ${messageId} has no button "${text}" that comes back`);
  }
  const callbackId = String(randomInt(1_000_000_000, 9_000_000_000));
  bot.callbackIds.add(callbackId);
  const callback_query = {
    id: callbackId,
    from: userObject(chat.customer),
    message: isOld ? { chat: chatObject(chat), message_id: messageId, date: 0 } : message,
    chat_instance: String(chat.id),
    data: button.callback_data,
  };
  return { update: { callback_query }, messageId, callbackId };
}

/** A change of the customer's reactions to a message. An empty list takes all of them back. */
export function reacting(
  bot: Bot,
  chat: Chat,
  messageId: number,
  reactions: readonly (string | object)[],
): Act {
  if (!chat.messageIds.has(messageId)) throw unknownMessage(messageId);
  const after = reactions.map((reaction) =>
    typeof reaction === "string" ? { type: "emoji", emoji: reaction } : reaction,
  );
  const message_reaction = {
    chat: chatObject(chat),
    message_id: messageId,
    user: userObject(chat.customer),
    date: unixSeconds(bot),
    old_reaction: chat.customerReactions.get(messageId) ?? [],
    new_reaction: after,
  };
  chat.customerReactions.set(messageId, after);
  return { update: { message_reaction }, messageId };
}

function updateOf(bot: Bot, chat: Chat, messageId: number, type: string, message: Fields): Act {
  chat.objects.set(messageId, message);
  bot.files.noteAll(message);
  return { update: { [type]: message }, messageId };
}

function answering(
  bot: Bot,
  chat: Chat,
  { messageId, quote }: { readonly messageId: number; readonly quote?: string | undefined },
): Fields {
  if (!chat.messageIds.has(messageId)) throw unknownMessage(messageId);
  const original = quoted(bot, chat, messageId);
  const topic = chat.topicOf.get(messageId);
  // Without topics, an answer carries the number of its chain of answers. No method accepts this number.
  const thread = chat.topics.size === 0 ? { message_thread_id: messageId } : inTopic(topic);
  const answer = { ...thread, reply_to_message: original };
  if (quote === undefined) return answer;
  const words = [original["text"], original["caption"]].find((value) => typeof value === "string");
  const position = typeof words === "string" ? words.indexOf(quote) : -1;
  if (position < 0) throw new Error(`message ${messageId} does not say "${quote}"`);
  return { ...answer, quote: { text: quote, position, is_manual: true } };
}

/** A message in the Bot API's form. Of some messages only the text is known. */
function wholeMessage(chat: Chat, messageId: number): Fields {
  const known = chat.objects.get(messageId);
  if (known !== undefined) return known;
  throw unknownMessage(messageId);
}

function unknownMessage(messageId: number): Error {
  return new Error(`there is no message ${messageId} in that chat`);
}
