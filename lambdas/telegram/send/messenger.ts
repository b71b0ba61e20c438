import type { Api, InputFile } from "grammy/web";
import type { InlineKeyboardButton, InlineKeyboardMarkup, ReactionTypeEmoji } from "grammy/types";
import { withButtonsInWords } from "../../model/content.ts";
import type { Button } from "../../model/content.ts";
import { PermanentFailure } from "../../model/failure.ts";
import { isPrivateChat } from "../../model/ids.ts";
import type { Where } from "../../model/message.ts";
import type { CustomerMessenger, OutgoingFile, SendOptions } from "../../model/messenger.ts";
import { noAnswer } from "../../http/call.ts";
import { valueAt } from "../../http/untrusted.ts";
import { visibleName } from "../../model/visible-name.ts";
import { callbackDataOf } from "../decode/callback-data.ts";
import { omitUndefined } from "../decode/wire.ts";
import { createBotApi } from "./client.ts";
import type { BotApiOptions } from "./client.ts";
import { nearestReaction } from "./nearest-reaction.ts";
import { Upload } from "./upload.ts";

/** Sends to customers by the Bot API, through grammY. */
export class BotApiMessenger implements CustomerMessenger {
  readonly #api: Api;

  constructor(options: BotApiOptions) {
    this.#api = createBotApi(options);
  }

  async sendText(chatId: string, text: string, options: SendOptions = {}): Promise<string> {
    return sendWords(text, options, async (words, others) => {
      const { chat, place } = addressOf(chatId, others);
      return idOf(await this.#api.sendMessage(chat, words, { ...place, ...alongside(others) }));
    });
  }

  /** A sticker cannot have a caption. A sticker with a caption goes as a document, so no word gets lost. */
  async sendFile(
    chatId: string,
    outgoing: OutgoingFile,
    options: SendOptions = {},
  ): Promise<string> {
    const upload = new Upload(outgoing);
    const file = await upload.begin();
    const { caption } = outgoing;
    const as = outgoing.as === "sticker" && caption ? "document" : outgoing.as;
    const { chat, place } = addressOf(chatId, options);
    const others = {
      ...place,
      ...alongside(options),
      ...omitUndefined({ caption: caption || undefined }),
    };
    try {
      return idOf(await senders[as](this.#api, chat, file, others));
    } catch (error) {
      throw upload.abandon(error);
    }
  }

  async request(
    chatId: string,
    method: string,
    payload: Readonly<Record<string, unknown>>,
    where?: Where,
  ): Promise<string> {
    const { chat, place } = addressOf(chatId, where);
    const toPlace = takesPlace.test(method) ? place : {};
    const raw = this.#api.raw as unknown as Record<string, (payload: object) => Promise<unknown>>;
    const made = await raw[method]?.({ ...toPlace, ...payload, chat_id: chat });
    // The answer for an album is a list of messages. Many methods answer without a message.
    const id = valueAt(Array.isArray(made) ? made[0] : made, "message_id");
    return Number.isSafeInteger(id) ? String(id) : "";
  }

  async react(chatId: string, telegramMessageId: string, emoji: string | undefined): Promise<void> {
    // Telegram may allow an emoji that is not in our list. Telegram decides.
    const nearest = emoji === undefined ? undefined : (nearestReaction(emoji) ?? emoji);
    const reaction = nearest as ReactionTypeEmoji["emoji"] | undefined;
    await this.#api.setMessageReaction(
      addressOf(chatId).chat,
      Number(telegramMessageId),
      reaction === undefined ? [] : [{ type: "emoji", emoji: reaction }],
    );
  }

  async sendTyping(chatId: string, where?: Where): Promise<void> {
    const { chat, place } = addressOf(chatId, where);
    // A bot cannot show typing in the direct messages of a channel.
    if (isPrivateChat(chatId)) await this.#api.sendChatAction(chat, "typing", place);
    else await this.#api.getChat(chat);
  }
}

type Others = ReturnType<typeof alongside> & Address["place"] & { caption?: string };
type Sender = (api: Api, chatId: string, file: InputFile, others: Others) => Promise<Sent>;
type Sent = { message_id?: unknown } | null;

const senders: Readonly<Record<OutgoingFile["as"], Sender>> = {
  photo: (api, chatId, file, others) => api.sendPhoto(chatId, file, others),
  video: (api, chatId, file, others) =>
    api.sendVideo(chatId, file, { ...others, supports_streaming: true }),
  voice: (api, chatId, file, others) => api.sendVoice(chatId, file, others),
  audio: (api, chatId, file, others) => api.sendAudio(chatId, file, others),
  document: (api, chatId, file, others) => api.sendDocument(chatId, file, others),
  sticker: (api, chatId, file, others) => api.sendSticker(chatId, file, others),
};

/** Options for any message. Telegram sends the message also when the quoted message no longer exists. */
function alongside(options: SendOptions) {
  const { repliesTo, buttons, keyboard, businessConnectionId } = options;
  const reply = repliesTo !== undefined && /^\d{1,15}$/.test(repliesTo) ? Number(repliesTo) : 0;
  return omitUndefined({
    reply_parameters:
      reply > 0 ? { message_id: reply, allow_sending_without_reply: true } : undefined,
    reply_markup: inlineKeyboard(buttons) ?? replyKeyboard(keyboard),
    business_connection_id: businessConnectionId,
  });
}

/** Methods that make a message, or show that the bot makes one. Other methods address an existing message. */
const takesPlace = /^(send(?!Checklist)|copyMessage|forwardMessage)/;

/** A success without the message's id is an ambiguous outcome. */
function idOf(sent: Sent): string {
  if (!Number.isSafeInteger(sent?.message_id)) throw noAnswer(undefined, "telegram");
  return String(sent?.message_id);
}

/** The parameters that address a chat of ours, and a place in it. */
type Address = {
  readonly chat: string;
  /** Parameters for every method that makes a message. */
  readonly place: {
    readonly message_thread_id?: number;
    readonly direct_messages_topic_id?: number;
  };
};

/** @see https://core.telegram.org/bots/api#sendmessage */
function addressOf(chatId: string, { topicId }: Where = {}): Address {
  const [chat = chatId, directTopic] = isPrivateChat(chatId) ? [] : chatId.split("-dm");
  if (directTopic !== undefined) {
    return { chat, place: { direct_messages_topic_id: Number(directTopic) } };
  }
  return { chat, place: topicId === undefined ? {} : { message_thread_id: Number(topicId) } };
}

/**
 * Telegram shows only the beginning of a longer row, and gives no error.
 * @see https://github.com/tdlib/td/blob/master/td/telegram/ReplyMarkup.cpp
 */
const maxButtonsInRow = 8;

/** Rows of buttons; undefined without any. A row that is too long continues in the next row. */
export function inlineKeyboard(
  rows: readonly (readonly Button[])[] | undefined,
): InlineKeyboardMarkup | undefined {
  const keyboard = (rows ?? [])
    .map((row, rowIndex) =>
      row.flatMap((button, column): InlineKeyboardButton[] => {
        if (visibleName(button.text) === undefined) return [];
        if (button.url !== undefined) return [{ text: button.text, url: button.url }];
        return [{ text: button.text, callback_data: callbackDataOf(button, rowIndex, column) }];
      }),
    )
    .flatMap((row) =>
      Array.from({ length: Math.ceil(row.length / maxButtonsInRow) }, (_, part) =>
        row.slice(part * maxButtonsInRow, (part + 1) * maxButtonsInRow),
      ),
    );
  return keyboard.length === 0 ? undefined : { inline_keyboard: keyboard };
}

/**
 * The markup that replaces the customer's keyboard. Telegram accepts it in private chats only.
 * @see https://core.telegram.org/bots/api#keyboardbutton
 */
export function replyKeyboard(keyboard: SendOptions["keyboard"]) {
  if (keyboard === undefined) return undefined;
  if (keyboard === "remove") return { remove_keyboard: true } as const;
  return {
    keyboard: [[{ text: keyboard.sharePhone, request_contact: true }]],
    one_time_keyboard: true,
    resize_keyboard: true,
  };
}

/** @see https://core.telegram.org/bots/api#sendmessage */
const maxTextLength = 4096;

/**
 * Sends words with a reply and buttons. Telegram refuses the whole message when the original of the reply
 * no longer exists, or when it does not like the address of a button. Then the words go without the part
 * that Telegram blames. When Telegram blames no part, the words go without both. The text then spells out
 * the buttons. When they do not fit into the text, the function throws the refusal.
 */
async function sendWords(
  text: string,
  options: SendOptions,
  send: (words: string, options: SendOptions) => Promise<string>,
): Promise<string> {
  try {
    return await send(text, options);
  } catch (error) {
    const { repliesTo, buttons, ...others } = options;
    const isPlain = repliesTo === undefined && buttons === undefined;
    const isRefusal = error instanceof PermanentFailure && error.reason === "refused-by-telegram";
    // The caller decides if the message may go to another place.
    if (isPlain || !isRefusal || error.blames === "topic") throw error;
    if (error.blames === "quote" && repliesTo !== undefined) {
      return sendWords(text, { ...others, ...(buttons && { buttons }) }, send);
    }
    const words = withButtonsInWords(text, buttons);
    if (words.length > maxTextLength) throw error;
    const keepsQuote = error.blames === "buttons" && buttons !== undefined && repliesTo;
    return sendWords(words, { ...others, ...(keepsQuote ? { repliesTo } : {}) }, send);
  }
}
