import { runUnderFault } from "../faults.ts";
import type { Faults } from "../faults.ts";
import { post } from "../http.ts";
import { keepMessage, personObject } from "./account.ts";
import type { Account, Chat } from "./account.ts";
import { signHook } from "./check-signature.ts";
import type { SimulatedAmocrmMessage } from "./types.ts";

/** Sends hooks to the registered address: each once, whatever comes of it. */
export class Hooks {
  url: string | undefined;
  readonly #account: Account;
  readonly #faults: Faults;
  readonly #signal: AbortSignal;

  constructor(account: Account, faults: Faults, signal: AbortSignal) {
    this.#account = account;
    this.#faults = faults;
    this.#signal = signal;
  }

  /** Writes an operator's text down and sends its hook. */
  async operatorSays(
    conversationId: string,
    text: string,
  ): Promise<{ messageId: string; status: number }> {
    const chat =
      this.#account.chats.get(conversationId) ??
      this.#account.chatsByConversation.get(conversationId);
    if (chat === undefined) throw new Error(`There is no conversation ${conversationId}.`);
    if (text === "") throw new Error("An operator's text must not be empty.");
    const message = operatorMessage(this.#account, chat, text);
    keepMessage(this.#account, message);
    message.hookStatus = await this.send(JSON.stringify(hookBody(this.#account, chat, message)), {
      conversationId: chat.conversationId,
    });
    return { messageId: message.id, status: message.hookStatus };
  }

  /** Sends one body, signed unless a signature is given; answers the status, 0 for none. */
  async send(
    body: string,
    { signature, conversationId }: { signature?: string; conversationId?: string } = {},
  ): Promise<number> {
    const { options, connection, scopeId } = this.#account;
    const { url } = this;
    if (url === undefined || connection?.hookApiVersion !== "v2") return 0;
    const headers: Record<string, string> = {
      "Content-Type": "application/json",
      "User-Agent": "amoCRM amoJo/1.0",
    };
    const value = signature ?? signHook(body, options.channelSecret);
    if (value !== "") headers["X-Signature"] = value;
    const bytes = Buffer.from(options.trailingNewline === true ? `${body}\n` : body);
    const status = await runUnderFault<number>(
      this.#faults.take("hook", conversationId),
      this.#signal,
      async () => {
        const address = url.replaceAll(":scope_id", scopeId);
        const patienceMillis = options.hookPatienceMillis ?? 5000;
        return (await post(address, bytes, headers, patienceMillis, this.#signal)).status;
      },
      (_fault, given) => given,
    ).catch(() => 0);
    return status ?? 0;
  }
}

function operatorMessage(account: Account, chat: Chat, text: string): SimulatedAmocrmMessage {
  const msecTimestamp = account.now();
  return {
    id: account.newId(),
    conversationId: chat.conversationId,
    chatId: chat.id,
    direction: "operator",
    type: "text",
    text,
    content: {},
    silent: false,
    timestamp: Math.floor(msecTimestamp / 1000),
    msecTimestamp,
    sender: account.operator,
    ...(chat.customer === undefined ? {} : { receiver: chat.customer }),
    edited: false,
    deliveryStatus: [],
    reactions: [],
  };
}

/** A hook v2 about a message. @see https://www.amocrm.ru/developers/content/chats/chat-webhooks */
function hookBody(account: Account, chat: Chat, message: SimulatedAmocrmMessage): object {
  const { avatar: _, ...receiver } = chat.customer ? personObject(chat.customer) : {};
  return {
    account_id: account.options.accountId,
    time: Math.floor(account.now() / 1000),
    message: {
      receiver,
      sender: { id: message.sender.id, name: message.sender.name },
      conversation: { id: chat.id, client_id: chat.conversationId },
      ...(chat.sourceExternalId === undefined
        ? {}
        : { source: { external_id: chat.sourceExternalId } }),
      timestamp: message.timestamp,
      msec_timestamp: message.msecTimestamp,
      message: {
        id: message.id,
        type: message.type,
        text: message.text,
        markup: null,
        tag: "",
        media: "",
        thumbnail: "",
        file_name: "",
        file_size: 0,
      },
    },
  };
}
