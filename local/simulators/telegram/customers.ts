import { randomInt } from "node:crypto";
import { unixSeconds, chatObject, inTopic, userObject } from "./bot.ts";
import type { Bot, Chat, SimulatedCustomer } from "./bot.ts";
import { quoted } from "./sending.ts";
import { customersMessage } from "./updates.ts";

type Fields = Readonly<Record<string, unknown>>;
/** The message that a customer answers, and the words of it that they quote. */
type Answered = { readonly messageId: number; readonly quote?: string | undefined };

/**
 * Customers' actions other than writing text. Messages are named by their ids in the chat. `deliver` sends
 * an update to the webhook and answers the update's id. Each action resolves when the webhook has accepted
 * it. It throws for a message or a button that does not exist.
 */
export function customerActs(bot: Bot, deliver: (update: object) => Promise<number>) {
  const accepted = async (messageId: number, update: object) => {
    return { updateId: await deliver(update), messageId };
  };
  const writing = (chatId: number): Chat => {
    const chat = bot.chats.get(chatId);
    if (chat === undefined) throw new Error(`customer ${chatId} has not written to the bot yet`);
    if (chat.state !== "blocked") return chat;
    throw new Error(`customer ${chatId} has blocked the bot and must unblock it to write`);
  };
  /** A message with any fields of a `Message`. It may answer another message. */
  const send = async (customer: SimulatedCustomer, fields: Fields, answered?: Answered) => {
    const chat = bot.chats.get(customer.id) && writing(customer.id);
    const answer = answered === undefined ? {} : answerFields(bot, chat, answered);
    const { messageId, message } = customersMessage(bot, customer, { ...answer, ...fields });
    bot.files.noteAll(message);
    return accepted(messageId, { message });
  };
  return {
    send,

    /** The fields replace those of the message. Null removes a field. */
    async edit(chatId: number, messageId: number, fields: Fields) {
      const chat = writing(chatId);
      const edit_date = unixSeconds(bot);
      const edited = { ...wholeMessage(chat, messageId), ...fields, edit_date };
      const left = Object.entries(edited).filter(([, value]) => value !== null);
      const edited_message = Object.fromEntries(left);
      chat.objects.set(messageId, edited_message);
      bot.files.noteAll(edited_message);
      return accepted(messageId, { edited_message });
    },

    /** Forwards a message of the chat. Without an origin, its own author is the original author. */
    async forward(chatId: number, messageId: number, origin?: Fields) {
      const chat = writing(chatId);
      const {
        reply_to_message: _reply,
        quote: _quote,
        reply_markup: _markup,
        message_id: _id,
        chat: _chat,
        from,
        date,
        ...content
      } = wholeMessage(chat, messageId);
      const forward_origin = origin ?? { type: "user", sender_user: from, date };
      return send(chat.customer, { ...content, forward_origin });
    },

    /**
     * Presses the button with that text. Reports whether the bot had answered the press by then. Of an old
     * message Telegram reports only its id.
     */
    async press(
      chatId: number,
      messageId: number,
      { text, isOld = false }: { readonly text: string; readonly isOld?: boolean },
    ) {
      const chat = writing(chatId);
      const message = wholeMessage(chat, messageId);
      const { inline_keyboard: rows = [] } = (message["reply_markup"] ?? {}) as {
        inline_keyboard?: { text: string; callback_data?: string }[][];
      };
      const data = rows.flat().find((button) => button.text === text)?.callback_data;
      if (data === undefined) {
        throw new Error(`message ${messageId} has no button "${text}" that comes back`);
      }
      const id = String(randomInt(1_000_000_000, 9_000_000_000));
      bot.callbackIds.add(id);
      const callback_query = {
        id,
        from: userObject(chat.customer),
        message: isOld ? { chat: chatObject(chat), message_id: messageId, date: 0 } : message,
        chat_instance: String(chat.id),
        data,
      };
      const press = await accepted(messageId, { callback_query });
      return { ...press, isAnswered: bot.answeredCallbacks.has(id) };
    },

    /**
     * Presses the button that shares their own number. An earlier message must show it. Telegram writes the
     * number with or without "+".
     */
    async share(chatId: number, phone: string) {
      const { customer, numberButtonAt: messageId } = writing(chatId);
      if (messageId === undefined) throw new Error("no button there shares the customer's number");
      const { id: user_id, first_name, last_name } = customer;
      const contact = { phone_number: phone, first_name, last_name, user_id };
      return send(customer, { contact }, { messageId });
    },

    /** Sets all of the customer's reactions to the message: emoji, or `ReactionType` objects. */
    async react(chatId: number, messageId: number, reactions: readonly (string | object)[]) {
      const chat = writing(chatId);
      if (!chat.messageIds.has(messageId)) throw unknownMessage(messageId);
      const new_reaction = reactions.map((reaction) =>
        typeof reaction === "string" ? { type: "emoji", emoji: reaction } : reaction,
      );
      const message_reaction = {
        chat: chatObject(chat),
        message_id: messageId,
        user: userObject(chat.customer),
        date: unixSeconds(bot),
        old_reaction: chat.customerReactions.get(messageId) ?? [],
        new_reaction,
      };
      chat.customerReactions.set(messageId, new_reaction);
      return accepted(messageId, { message_reaction });
    },
  };
}

/** A profile photo in the sizes that Telegram makes. The simulator gives all of them the same bytes. */
export function setProfilePhoto(bot: Bot, userId: number, bytes: Uint8Array): void {
  const number = (bot.profilePhotos.get(userId)?.length ?? 0) + 1;
  const sizes = [160, 320, 640].map((side) => {
    const id = `avatar-${userId}-${number}-${side}`;
    bot.files.put(id, bytes);
    const size = { width: side, height: side, file_size: bytes.byteLength };
    return { file_id: id, file_unique_id: id, ...size };
  });
  bot.profilePhotos.set(userId, [sizes, ...(bot.profilePhotos.get(userId) ?? [])]);
}

function answerFields(bot: Bot, chat: Chat | undefined, { messageId, quote }: Answered): Fields {
  if (!chat?.messageIds.has(messageId)) throw unknownMessage(messageId);
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
