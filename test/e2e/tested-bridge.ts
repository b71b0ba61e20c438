import { createHmac, randomInt, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { InputFile } from "grammy/web";
import { openSources } from "../../cli/aws/open-sources.ts";
import type { Delivery, Sources } from "../../cli/aws/open-sources.ts";
import { CommandFailure } from "../../cli/command.ts";
import { readChannel } from "../../cli/amocrm/connection.ts";
import { textOf, openSecrets } from "../../cli/secrets.ts";
import { addressOf } from "../../cli/stage/stage.ts";
import type { Stage } from "../../cli/stage/stage.ts";
import { openBot } from "../../cli/telegram/bot.ts";
import type { Bot } from "../../cli/telegram/bot.ts";
import { messageEventIdOf, accountOf } from "../../lambdas/amocrm/webhook/identify.ts";
import type { AmocrmChannelCredentials } from "../../lambdas/compose/credentials.ts";
import { conversationIdOf, msgidOf } from "../../lambdas/model/ids.ts";
import { ShownChats } from "./shown-chats.ts";
import type { Shown } from "./shown-chats.ts";

type Keys = { readonly channel: AmocrmChannelCredentials; readonly webhookSecret: string };

/**
 * A bridge seen from outside. The tests write to it as its vendors do, through its public address
 * and with its own secrets. They check its ledger and amoCRM's history. It works the same on the
 * laptop and in AWS. It changes nothing except by messages, and by redriving and discarding them.
 */
export class TestedBridge {
  readonly stage: Stage;
  readonly chatId: number;
  readonly sources: Sources;
  readonly bot: Bot;
  /** Ids of the events that this run has caused. */
  readonly events: string[] = [];
  readonly #keys: Keys;
  readonly #botId: string;
  readonly #chats: ShownChats;
  // Telegram's own ids fit in 32 bits, so these ids and Telegram's ids are never equal.
  #nextId = 2 ** 48 + randomInt(2 ** 40);

  private constructor(stage: Stage, chatId: number, bot: Bot, botId: string, keys: Keys) {
    this.stage = stage;
    this.chatId = chatId;
    this.bot = bot;
    this.sources = openSources(stage);
    this.#botId = botId;
    this.#keys = keys;
    this.#chats = new ShownChats(stage, keys.channel);
  }

  /**
   * Reads what the vendors know about the bridge. `chatId` is the id of a person who has written to
   * its bot.
   */
  static async open(stage: Stage, chatId: number): Promise<TestedBridge> {
    const secrets = openSecrets(stage);
    const channel = await readChannel(stage, secrets);
    const webhookSecret = textOf(await secrets.read("telegram-webhook"), "current");
    const botId = textOf(await secrets.read("telegram-bot"), "token").split(":", 1)[0] ?? "";
    const bot = await openBot(stage, secrets);
    return new TestedBridge(stage, chatId, bot, botId, { channel, webhookSecret });
  }

  get scopeId(): string {
    return this.#keys.channel.scopeId;
  }

  /** Returns the status of a request to one of the webhooks. */
  async post(path: string, body: string, headers: Readonly<Record<string, string>>) {
    const url = addressOf(this.stage.outputs.WebhookUrl, path);
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
      signal: AbortSignal.timeout(15_000),
    });
    await answer.arrayBuffer();
    return answer.status;
  }

  /** A customer's message that is not sent yet. The test can send it twice, or edit it. */
  message<Fields extends object>(fields: Fields) {
    const person = { id: this.chatId, is_bot: false, first_name: "E2E" };
    const date = Math.floor(Date.now() / 1000);
    const chat = { id: this.chatId, type: "private", first_name: "E2E" };
    return { message_id: this.#newId(), date, chat, from: person, ...fields };
  }

  /**
   * Sends an update as Telegram does. Returns its event id, whether the update was accepted or not.
   */
  async update(kind: "message" | "edited_message", message: object, updateId = this.#newId()) {
    const body = JSON.stringify({ update_id: updateId, [kind]: message });
    const secret = { "x-telegram-bot-api-secret-token": this.#keys.webhookSecret };
    const status = await this.post("/telegram", body, secret);
    if (status !== 200) throw new Error(`the Telegram webhook answered ${status}`);
    const eventId = `tg:${this.#botId}:${updateId}`;
    this.events.push(eventId);
    return { eventId, updateId };
  }

  /** Sends a hook as amoCRM does, for an operator's text. Returns its event id. */
  async answer(text: string, chatId = this.chatId, messageId: string = randomUUID()) {
    const body = JSON.stringify({
      account_id: accountOf(this.scopeId),
      time: Math.floor(Date.now() / 1000),
      message: {
        conversation: { id: randomUUID(), client_id: conversationIdOf(this.#botId, `${chatId}`) },
        sender: { id: randomUUID() },
        receiver: { id: randomUUID(), client_id: `tg-${chatId}` },
        timestamp: Math.floor(Date.now() / 1000),
        msec_timestamp: Date.now(),
        message: { id: messageId, type: "text", text },
      },
    });
    const signature = createHmac("sha1", this.#keys.channel.current).update(body).digest("hex");
    const status = await this.post(`/amocrm/${this.scopeId}`, body, { "x-signature": signature });
    if (status !== 200) throw new Error(`the amoCRM webhook answered ${status}`);
    const eventId = messageEventIdOf(this.scopeId, messageId);
    this.events.push(eventId);
    return { eventId, messageId };
  }

  /** A file in Telegram. The bot sends it to the person, whose client can send it back. */
  async uploaded(name: string, bytes: Uint8Array) {
    const file = new InputFile(bytes, name);
    const { document } = await this.bot.call((api) => api.sendDocument(this.chatId, file));
    if (document === undefined) throw new Error("Telegram did not treat the file as a document");
    return document;
  }

  /** Our id of a customer's message in amoCRM. */
  msgid(message: { readonly message_id: number }): string {
    return msgidOf(this.#botId, `${this.chatId}`, `${message.message_id}`);
  }

  /** Waits for an event's final state in the ledger. */
  ended(eventId: string, state: "sent" | "parked" | "ignored" = "sent"): Promise<Delivery> {
    return eventually(`${eventId} to be ${state}`, async () => {
      const found = await this.sources.deliveries.find(eventId);
      const isOver = found !== undefined && ["sent", "parked", "ignored"].includes(found.state);
      if (!isOver) return undefined;
      if (found.state === state) return found;
      throw new Error(`${eventId} is ${found.state}, ${found.reason}: expected ${state}`);
    });
  }

  /** The chat's messages as amoCRM shows them, oldest first. */
  shown(): Promise<readonly Shown[]> {
    return this.#chats.read(conversationIdOf(this.#botId, `${this.chatId}`));
  }

  #newId(): number {
    this.#nextId += 1;
    return this.#nextId;
  }
}

/** Waits until there is a value. If there is none, the error names what is missing. */
export async function eventually<Value>(
  what: string,
  find: () => Promise<Value | undefined>,
  timeoutMillis = 60_000,
): Promise<Value> {
  const deadline = Date.now() + timeoutMillis;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new CommandFailure(`no result for ${what}`);
    await sleep(250);
  }
}
