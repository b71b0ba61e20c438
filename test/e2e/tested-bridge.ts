import { createHmac, randomInt, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { InputFile } from "grammy/web";
import { openSources } from "../../cli/aws/open-sources.ts";
import { CommandFailure } from "../../cli/command.ts";
import { readChannel } from "../../cli/amocrm/read-channel.ts";
import type { Delivery, Sources } from "../../cli/parked/sources.ts";
import { textOf } from "../../cli/secrets/change-field.ts";
import { StageSecrets } from "../../cli/secrets/secret-store.ts";
import { addressOf } from "../../cli/stage/stage.ts";
import type { Stage } from "../../cli/stage/stage.ts";
import { openBot } from "../../cli/telegram/open-bot.ts";
import type { Bot } from "../../cli/telegram/open-bot.ts";
import { messageEventIdOf, accountOf } from "../../lambdas/amocrm/webhook/identify.ts";
import type { AmocrmChannelCredentials } from "../../lambdas/compose/credentials.ts";
import { conversationIdOf, msgidOf } from "../../lambdas/model/ids.ts";
import { ShownChats } from "./shown-chats.ts";
import type { Shown } from "./shown-chats.ts";

type Keys = { readonly channel: AmocrmChannelCredentials; readonly webhookSecret: string };

/**
 * A bridge seen from outside: written to as its vendors do, through its public address and with its
 * own secrets, and watched in its ledger and in amoCRM's history. It is the same on the laptop and in
 * AWS. Changes nothing but by messages, and by the redrive and discard of those.
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
  // Telegram's own ids fit in 32 bits: none of them is ever taken for one of these, or the reverse.
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

  /** Reads what the vendors know of the bridge; `chatId` is of a person who has written to its bot. */
  static async open(stage: Stage, chatId: number): Promise<TestedBridge> {
    const secrets = new StageSecrets(stage);
    const channel = await readChannel(stage, secrets);
    const webhookSecret = textOf(await secrets.read("telegram-webhook"), "current");
    const botId = textOf(await secrets.read("telegram-bot"), "token").split(":", 1)[0] ?? "";
    const bot = await openBot(stage, secrets);
    return new TestedBridge(stage, chatId, bot, botId, { channel, webhookSecret });
  }

  get scopeId(): string {
    return this.#keys.channel.scopeId;
  }

  /** Answers the status of a request to one of the webhooks. */
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

  /** A message of the customer, not sent yet: the same one can be sent twice, or edited. */
  message<Fields extends object>(fields: Fields) {
    const person = { id: this.chatId, is_bot: false, first_name: "E2E" };
    const date = Math.floor(Date.now() / 1000);
    const chat = { id: this.chatId, type: "private", first_name: "E2E" };
    return { message_id: this.#newId(), date, chat, from: person, ...fields };
  }

  /** Sends an update as Telegram does; answers the id of its event, taken or not. */
  async update(kind: "message" | "edited_message", message: object, updateId = this.#newId()) {
    const body = JSON.stringify({ update_id: updateId, [kind]: message });
    const secret = { "x-telegram-bot-api-secret-token": this.#keys.webhookSecret };
    const status = await this.post("/telegram", body, secret);
    if (status !== 200) throw new Error(`the Telegram webhook answered ${status}`);
    const eventId = `tg:${this.#botId}:${updateId}`;
    this.events.push(eventId);
    return { eventId, updateId };
  }

  /** Sends a hook as amoCRM does, for an operator's text; answers the id of its event. */
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

  /** A file that Telegram keeps: the bot sends it to the person, whose client may show it again. */
  async uploaded(name: string, bytes: Uint8Array) {
    const file = new InputFile(bytes, name);
    const { document } = await this.bot.call((api) => api.sendDocument(this.chatId, file));
    if (document === undefined) throw new Error("Telegram made no document of the file");
    return document;
  }

  /** Our name of a customer's message in amoCRM. */
  msgid(message: { readonly message_id: number }): string {
    return msgidOf(this.#botId, `${this.chatId}`, `${message.message_id}`);
  }

  /** Waits for an event's end in the ledger. */
  ended(eventId: string, state: "sent" | "parked" | "ignored" = "sent"): Promise<Delivery> {
    return eventually(`${eventId} to be ${state}`, async () => {
      const found = await this.sources.deliveries.find(eventId);
      const isOver = found !== undefined && ["sent", "parked", "ignored"].includes(found.state);
      if (!isOver) return undefined;
      if (found.state === state) return found;
      throw new Error(`${eventId} is ${found.state}, ${found.reason}: expected ${state}`);
    });
  }

  /** What the chat holds as amoCRM shows it, oldest first. */
  shown(): Promise<readonly Shown[]> {
    return this.#chats.read(conversationIdOf(this.#botId, `${this.chatId}`));
  }

  #newId(): number {
    this.#nextId += 1;
    return this.#nextId;
  }
}

/** Waits until something is there; fails with what was waited for. */
export async function eventually<Value>(
  what: string,
  look: () => Promise<Value | undefined>,
  timeoutMillis = 60_000,
): Promise<Value> {
  const deadline = Date.now() + timeoutMillis;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new CommandFailure(`waited in vain for ${what}`);
    await sleep(250);
  }
}
