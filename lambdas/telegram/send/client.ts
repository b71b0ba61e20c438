import { Api } from "grammy/web";
import type { InputFile } from "grammy/web";
import type { ReactionTypeEmoji } from "grammy/types";
import { TransientFailure, PermanentFailure } from "../../model/failure.ts";
import { isPrivateChat } from "../../model/ids.ts";
import type { Where } from "../../model/message.ts";
import type { CustomerMessenger, OutgoingFile, SendOptions } from "../../model/messenger.ts";
import type { Secret } from "../../model/runtime.ts";
import { waitOfHeader } from "../../http/call.ts";
import type { Fetch } from "../../http/call.ts";
import { keepAliveFetch } from "../../http/keep-alive.ts";
import type { Fetched } from "../../http/keep-alive.ts";
import { valueAt, wellFormed } from "../../http/untrusted.ts";
import { inlineKeyboard, replyKeyboard } from "./buttons.ts";
import { failureOf } from "./failures.ts";
import { nearestReaction } from "./nearest-reaction.ts";
import { omitUndefined } from "../decode/wire.ts";
import { Upload } from "./upload.ts";
import { withButtonsInWords } from "../../model/content.ts";

const callSeconds = 10;
const uploadSeconds = 60;

/** The address of the Bot API, and the token of the bot. */
export type BotApiOptions = {
  readonly apiRoot: string;
  readonly token: Secret<{ readonly token: string }>;
  readonly fetch?: Fetch;
};

/** Calls the Bot API with the current token. When Telegram refuses the token, it reads the token again. */
export class TokenApi {
  readonly #options: BotApiOptions;
  #apis: { readonly token: string; readonly byTimeout: Map<number, Api> } | undefined;

  constructor(options: BotApiOptions) {
    this.#options = options;
  }

  /** Makes a call. Throws the failure behind an error of the call. */
  async call<Result>(
    method: (api: Api, token: string) => Promise<Result>,
    timeoutSeconds = callSeconds,
  ): Promise<Result> {
    const { token } = await this.#options.token.read();
    try {
      return await method(this.#apiFor(token, timeoutSeconds), token);
    } catch (error) {
      const failure = failureOf(error);
      if (failure instanceof TransientFailure && failure.needsPerson) {
        await this.#options.token.reread();
      }
      throw failure;
    }
  }

  #apiFor(token: string, timeoutSeconds: number): Api {
    const { apiRoot, fetch } = this.#options;
    if (this.#apis?.token !== token) this.#apis = { token, byTimeout: new Map() };
    const known = this.#apis.byTimeout.get(timeoutSeconds);
    if (known !== undefined) return known;
    const api = botApi({ apiRoot, token, timeoutSeconds }, fetch);
    this.#apis.byTimeout.set(timeoutSeconds, api);
    return api;
  }
}

/** Sends to customers by the Bot API, through grammY. */
export class BotApiMessenger implements CustomerMessenger {
  readonly #api: TokenApi;

  constructor(options: BotApiOptions) {
    this.#api = new TokenApi(options);
  }

  async sendText(chatId: string, text: string, options: SendOptions = {}): Promise<string> {
    return sendWords(text, options, (words, others) => {
      const { chat, place } = addressOf(chatId, others);
      return this.#api.call(async (api) =>
        idOf(await api.sendMessage(chat, words, { ...place, ...alongside(others) })),
      );
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
      return await this.#api.call(
        async (api) => idOf(await senders[as](api, chat, file, others)),
        uploadSeconds,
      );
    } catch (error) {
      throw upload.abandon(failureOf(error));
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
    return this.#api.call(async (api) => {
      const raw = api.raw as unknown as Record<string, (payload: object) => Promise<unknown>>;
      const made = await raw[method]?.({ ...toPlace, ...payload, chat_id: chat });
      // The answer for an album is a list of messages. Many methods answer without a message.
      const id = valueAt(Array.isArray(made) ? made[0] : made, "message_id");
      return Number.isSafeInteger(id) ? String(id) : "";
    });
  }

  async react(chatId: string, telegramMessageId: string, emoji: string | undefined): Promise<void> {
    // Telegram may allow an emoji that is not in our list. Telegram decides.
    const nearest = emoji === undefined ? undefined : (nearestReaction(emoji) ?? emoji);
    const reaction = nearest as ReactionTypeEmoji["emoji"] | undefined;
    await this.#api.call((api) =>
      api.setMessageReaction(
        addressOf(chatId).chat,
        Number(telegramMessageId),
        reaction === undefined ? [] : [{ type: "emoji", emoji: reaction }],
      ),
    );
  }

  async sendTyping(chatId: string, where?: Where): Promise<void> {
    const { chat, place } = addressOf(chatId, where);
    await this.#api.call(async (api) => {
      // A bot cannot show typing in the direct messages of a channel.
      if (isPrivateChat(chatId)) await api.sendChatAction(chat, "typing", place);
      else await api.getChat(chat);
    });
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
  if (!Number.isSafeInteger(sent?.message_id)) throw new Error("no message_id");
  return String(sent?.message_id);
}

/**
 * A Bot API client. Its answers are always Bot API answers, see {@link asBotApiAnswer}. Its strings are
 * well-formed.
 */
export function botApi(
  options: { apiRoot: string; token: string; timeoutSeconds: number },
  fetch: Fetch = keepAliveFetch,
): Api {
  const asGrammyFetches = async (...[url, init]: Parameters<Fetch>) => {
    // The client follows no redirect: the token in the path must not reach another host.
    const answer = await asBotApiAnswer(await fetch(url, { ...init, redirect: "manual" }));
    // grammY reads only this of a `Response`. The class itself would load the platform's `fetch`.
    return { json: async () => answer } as Response;
  };
  const { apiRoot, timeoutSeconds } = options;
  const api = new Api(options.token, { apiRoot, timeoutSeconds, fetch: asGrammyFetches });
  // All calls pass this one place, so no call can forget it.
  api.config.use((callApi, method, payload, signal) =>
    callApi(method, wellFormed(payload), signal),
  );
  return api;
}

/**
 * Makes a Bot API answer from any response. A proxy's page is an answer too. Without this function, such
 * a page would count as a request with an ambiguous outcome. The page is not Telegram's answer about a
 * chat. So the bridge believes only these statuses of it: "too fast" (429), "too large" (413), and a
 * success, which it cannot read. Any other status becomes 502.
 */
async function asBotApiAnswer(response: Fetched): Promise<unknown> {
  const text = await response.text();
  const { status } = response;
  if (/^\s*\{[^]*"ok"\s*:/.test(text)) return JSON.parse(text) as unknown;
  const isBelieved = status === 413 || status === 429 || (status >= 200 && status < 300);
  const error_code = isBelieved ? status : 502;
  const retry_after = waitOfHeader(response.headers.get("retry-after"), Date.now());
  const parameters = retry_after === undefined ? {} : { retry_after };
  const description = "not a Bot API answer";
  return { ok: false, error_code, description, parameters };
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
