import type { Customer } from "../../model/message.ts";
import type { DeliveryStatus } from "../../model/delivery-status.ts";
import type { Now } from "../../ports/clock.ts";
import type { CrmChat, CrmMessage } from "../../ports/crm-chat.ts";
import type { Secret } from "../../ports/secret.ts";
import { call } from "../http/call.ts";
import type { Answer } from "../http/call.ts";
import { readAnswer, readIfPossible } from "./answers.ts";
import { encodeChat, encodeMessage, encodeStatus } from "./encode.ts";
import type { ChannelBot } from "./encode.ts";
import { failureOf } from "./failures.ts";
import { formatDate, signRequest } from "./signature.ts";
import { createdChat, history, sentMessage } from "./wire.ts";

const defaultTimeoutMillis = 10_000;
const historyPageSize = 50;
const historyPages = 20;

/** The channel's access to the Chats API. */
export type Channel = { readonly scopeId: string; readonly current: string };

/** The Chats API of amoCRM; signs every request anew, at the moment of sending. */
export class ChatsApiCrm implements CrmChat {
  readonly #origin: string;
  readonly #channel: Secret<Channel>;
  readonly #bot: ChannelBot;
  readonly #now: Now;

  constructor(options: { origin: string; channel: Secret<Channel>; bot: ChannelBot; now: Now }) {
    this.#origin = options.origin;
    this.#channel = options.channel;
    this.#bot = options.bot;
    this.#now = options.now;
  }

  canSpeakAsBot(): boolean {
    return this.#bot.id !== "";
  }

  async openChat(conversationId: string, customer: Customer) {
    const answer = await this.#request("POST", "/chats", encodeChat(conversationId, customer));
    const chat = readAnswer(createdChat, answer);
    return { amojoChatId: chat.id, amojoUserId: chat.user?.id };
  }

  async sendMessage(message: CrmMessage): Promise<string> {
    const body = encodeMessage("new_message", message, this.#bot);
    const answer = await this.#request("POST", "", body);
    // Any 200 is a yes: asking again because its text is odd could not make it clearer.
    return readIfPossible(sentMessage, answer)?.new_message.msgid ?? "";
  }

  async editMessage(message: CrmMessage): Promise<void> {
    const body = encodeMessage("edit_message", message, this.#bot);
    await this.#request("POST", "", body, { namesMessage: true });
  }

  async findMessage(
    amojoChatId: string,
    msgid: string,
    sinceMillis: number,
  ): Promise<string | undefined> {
    for (let page = 0; page < historyPages; page += 1) {
      const query = `limit=${String(historyPageSize)}&offset=${String(page * historyPageSize)}`;
      const path = `/chats/${encodeURIComponent(amojoChatId)}/history?${query}`;
      const answer = await this.#request("GET", path);
      if (answer.status === 204 || answer.text === "") return undefined;
      const { messages } = readAnswer(history, answer);
      const found = messages.find(({ message }) => message.client_id === msgid);
      if (found !== undefined) return found.message.id;
      // Newest first: a page that reaches back before the message has been read in vain.
      const oldest = messages.at(-1);
      if (oldest === undefined || messages.length < historyPageSize) return undefined;
      const { timestamp = Number.POSITIVE_INFINITY } = oldest;
      if (timestamp * 1000 < sinceMillis - 60_000) return undefined;
    }
    return undefined;
  }

  async setDeliveryStatus(
    amocrmMessageId: string,
    status: DeliveryStatus,
    options: { timeoutMillis?: number } = {},
  ): Promise<void> {
    const path = `/${encodeURIComponent(amocrmMessageId)}/delivery_status`;
    const body = encodeStatus(amocrmMessageId, status);
    await this.#request("POST", path, body, { ...options, namesMessage: true });
  }

  async #request(
    method: string,
    path: string,
    body?: object,
    options: { timeoutMillis?: number; namesMessage?: boolean } = {},
  ): Promise<Answer> {
    const channel = await this.#channel.read();
    const target = `/v2/origin/custom/${channel.scopeId}${path}`;
    const bytes = Buffer.from(body === undefined ? "" : JSON.stringify(body));
    const date = formatDate(new Date(this.#now()));
    const headers = signRequest({ method, path: target, date, body: bytes }, channel.current);
    const answer = await call(
      `${this.#origin}${target}`,
      { method, headers, ...(body === undefined ? {} : { body: bytes }) },
      options.timeoutMillis ?? defaultTimeoutMillis,
    );
    if (answer.status >= 200 && answer.status < 300) return answer;
    if (answer.status === 401 || answer.status === 403) await this.#channel.reread();
    throw failureOf(answer, this.#now(), options);
  }
}
