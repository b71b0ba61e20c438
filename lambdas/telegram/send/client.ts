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
import { present } from "../decode/wire.ts";
import { Upload } from "./upload.ts";
import { withButtonsInWords } from "../../model/content.ts";

const callSeconds = 10;
const uploadSeconds = 60;

/** Where the Bot API is, and as which bot. */
export type BotApiOptions = {
  readonly apiRoot: string;
  readonly token: Secret<{ readonly token: string }>;
  readonly fetch?: Fetch;
};

/** Calls of the Bot API under the token as it is now; a refused one is read again. */
export class TokenApi {
  readonly #options: BotApiOptions;
  #apis: { readonly token: string; readonly byTimeout: Map<number, Api> } | undefined;

  constructor(options: BotApiOptions) {
    this.#options = options;
  }

  /** Makes a call; throws what its refusal means. */
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

  /** A sticker cannot have a caption: with one it goes as a document, so that no word is lost. */
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
      ...present({ caption: caption || undefined }),
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
      // An album is a list of messages; many methods answer none at all.
      const id = valueAt(Array.isArray(made) ? made[0] : made, "message_id");
      return Number.isSafeInteger(id) ? String(id) : "";
    });
  }

  async react(chatId: string, telegramMessageId: string, emoji: string | undefined): Promise<void> {
    // One that is not known here may have been allowed since: Telegram decides.
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
      // Nobody can be shown typing in the direct messages of a channel.
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

/** What may accompany anything that is sent; a quoted message that is gone is no reason to refuse. */
function alongside(options: SendOptions) {
  const { repliesTo, buttons, keyboard, businessConnectionId } = options;
  const reply = repliesTo !== undefined && /^\d{1,15}$/.test(repliesTo) ? Number(repliesTo) : 0;
  return present({
    reply_parameters:
      reply > 0 ? { message_id: reply, allow_sending_without_reply: true } : undefined,
    reply_markup: inlineKeyboard(buttons) ?? replyKeyboard(keyboard),
    business_connection_id: businessConnectionId,
  });
}

/** What makes a message, or shows that one is made; whatever else addresses a message that is there. */
const takesPlace = /^(send(?!Checklist)|copyMessage|forwardMessage)/;

/** A yes without the message's id may or may not be one: its outcome is unknown. */
function idOf(sent: Sent): string {
  if (!Number.isSafeInteger(sent?.message_id)) throw new Error("no message_id");
  return String(sent?.message_id);
}

/**
 * A Bot API client whose answers are always the Bot API's, see {@link asBotApiAnswer}, and whose strings
 * are well-formed.
 */
export function botApi(
  options: { apiRoot: string; token: string; timeoutSeconds: number },
  fetch: Fetch = keepAliveFetch,
): Api {
  const asGrammyFetches = async (...[url, init]: Parameters<Fetch>) => {
    // A redirect is not followed: the token in the path must not travel to another host.
    const answer = await asBotApiAnswer(await fetch(url, { ...init, redirect: "manual" }));
    // All that grammY reads of a `Response`; the class itself would load the platform's `fetch`.
    return { json: async () => answer } as Response;
  };
  const { apiRoot, timeoutSeconds } = options;
  const api = new Api(options.token, { apiRoot, timeoutSeconds, fetch: asGrammyFetches });
  // Here and nowhere else, so that no call can forget it.
  api.config.use((callApi, method, payload, signal) =>
    callApi(method, wellFormed(payload), signal),
  );
  return api;
}

/**
 * A proxy's page is an answer, not silence: without this it would count as a request whose outcome
 * is unknown. Nor is it Telegram's word on a chat, so of its statuses only "too fast" and "too
 * large" are believed, and a success that cannot be read.
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

/** How methods address a chat of ours, and where in it. */
type Address = {
  readonly chat: string;
  /** For every method that makes a message. */
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
 * Sends words with what accompanies them. Telegram refuses both for an answer's original that is gone
 * or a button's address that it does not like: then the words go without that, and without either
 * where its answer does not say which. Buttons are spelled out then; where there is no room for them
 * the refusal is thrown.
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
    // Whether it may go to another place is not decided here.
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
