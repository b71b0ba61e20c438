import { botObject } from "../../../local/simulators/telegram/bot.ts";
import { encodeUpdate } from "../../../local/simulators/telegram/webhook-delivery.ts";
import { membershipUpdate } from "../../../local/simulators/telegram/updates.ts";
import type { VirtualClock } from "../engine/virtual-clock.ts";
import type { TelegramVendor } from "../vendors/telegram-vendor.ts";
import { administratorsText, customersText } from "./compose-message.ts";
import type { Administrator, Message } from "./compose-message.ts";
import { isDirect, personOf, phoneOf, telegramChatOf, userOf } from "./customers.ts";
import type { Faults } from "./faults.ts";
import type { History } from "./history.ts";
import { httpEvent, statusOf } from "./http-event.ts";
import type { Webhook } from "./http-event.ts";
import { botId } from "./names.ts";
import { noiseOf } from "./noise.ts";
import { marksIn } from "./plan.ts";

/** An update, and whether our webhook accepted it. */
export type SentUpdate = {
  readonly eventId: string;
  readonly chat: number;
  readonly kind: "message" | "edit" | "membership" | "own act";
  /** The marks of the text. */
  readonly marks: readonly string[];
  /** Of a message or an edit: who wrote it, and in which topic of a private chat. */
  readonly author: "customer" | "administrator";
  readonly topic: number | undefined;
  readonly messageId: number | undefined;
  readonly atMillis: number;
  isAccepted: boolean;
};

type Dependencies = {
  readonly clock: VirtualClock;
  readonly faults: Faults;
  readonly history: History;
  readonly vendor: TelegramVendor;
  readonly webhook: Webhook;
};

/**
 * Telegram as it calls our webhook. It sends a chat's updates one after another and repeats each
 * until it gets a 2xx, with growing pauses.
 */
export class TelegramSide {
  readonly updates: SentUpdate[] = [];
  /** Number of updates that are not accepted yet. */
  pending = 0;
  readonly #deps: Dependencies;
  readonly #lines = new Map<number, Promise<void>>();
  /** The last message of a chat, by author. */
  readonly #written = {
    customer: new Map<number, Message>(),
    administrator: new Map<number, Message>(),
  };
  #lastUpdateId = 500_000;

  constructor(deps: Dependencies) {
    this.#deps = deps;
  }

  write(
    chat: number,
    text: string,
    { isPhoto = false, noise }: { isPhoto?: boolean; noise?: number | undefined } = {},
  ): void {
    const message = this.#compose(chat, text);
    const { text: caption, ...rest } = message;
    const photo = [{ file_id: "photo", file_unique_id: "p", width: 90, height: 90 }];
    const shown = isPhoto ? { ...rest, photo, caption } : message;
    const large = noise === undefined ? {} : { noise: noiseOf(noise) };
    this.#sendMessage({ chat, text, author: "customer" }, "message", { ...shown, ...large });
  }

  /**
   * An administrator of the channel writes to a customer there directly, not through the bridge.
   */
  administratorWrites(chat: number, text: string, who: Administrator): void {
    const message = administratorsText(this.#deps.vendor.bot, chat, text, who);
    this.#written.administrator.set(chat, message);
    this.#sendMessage({ chat, text, author: "administrator" }, "message", message);
  }

  /**
   * Sentences in blocks of a rich message. Every third is a photo's caption, and some of the others
   * are long.
   */
  writeRichly(chat: number, text: string): void {
    const { text: _, ...rest } = this.#compose(chat, text);
    const photo = [{ file_id: "photo", file_unique_id: "p", width: 90, height: 90 }];
    const blocks = text.split(/(?=<)/).map((sentence, index) => {
      if (index % 3 === 1) return { type: "photo", photo, caption: { text: sentence } };
      const name = marksIn(sentence).join();
      const lines = Array.from({ length: 900 }, (_each, number) => ` ${name} line ${number}`);
      const long = index % 3 === 2 ? lines.join("") : "";
      const paragraph = { type: "paragraph", text: [sentence, { type: "spoiler", text: long }] };
      return index % 2 === 0 ? paragraph : { type: "blockquote", blocks: [paragraph] };
    });
    const rich = { ...rest, rich_message: { blocks } };
    this.#written.customer.set(chat, rich);
    this.#sendMessage({ chat, text, author: "customer" }, "message", rich);
  }

  /** The customer's own number, as the button sends it. The mark is in the name next to it. */
  shareNumber(chat: number, name: string): void {
    const { text: _, ...rest } = this.#compose(chat, name);
    const user_id = userOf(chat);
    const contact = { phone_number: phoneOf(chat).slice(1), first_name: name, user_id };
    const shared = { ...rest, contact };
    // A contact cannot be edited, so the next edit does nothing.
    this.#written.customer.set(chat, { ...shared, edit_date: 0 });
    this.#sendMessage({ chat, text: name, author: "customer" }, "message", shared);
  }

  edit(chat: number, text: string, author: SentUpdate["author"] = "customer"): void {
    const written = this.#written[author].get(chat);
    const isOver = written?.["edit_date"] !== undefined || this.isBlocked(chat);
    if (written === undefined || isOver) return;
    const edit_date = Math.floor(this.#deps.clock.now() / 1000);
    // The message becomes a text, whatever it was before.
    const { rich_message: _, ...rest } = written;
    const edited = { ...rest, text, edit_date };
    this.#written[author].set(chat, edited);
    this.#sendMessage({ chat, text, author }, "edit", edited);
  }

  /** The bot pins its own message. Telegram sends this as a message in the customer's chat. */
  botActs(chatId: number): void {
    const { vendor, clock } = this.#deps;
    const chat = { ...personOf(chatId), type: "private" };
    const date = Math.floor(clock.now() / 1000);
    const about = { from: botObject(vendor.bot), chat, date };
    const pinned_message = { ...about, message_id: 900_000, text: "Opening hours" };
    const message = { ...about, message_id: 900_001, pinned_message };
    this.#send({ chat: chatId, kind: "own act" }, { message });
  }

  /** The customer blocks or unblocks the bot. */
  block(chatId: number, isBlocked: boolean): void {
    const { bot } = this.#deps.vendor;
    const chat = bot.chats.get(chatId);
    if (chat === undefined) return;
    chat.state = isBlocked ? "blocked" : "active";
    this.#send({ chat: chatId, kind: "membership" }, membershipUpdate(bot, chat, isBlocked));
  }

  /** Only for the bot's own chats. The channel does not matter for them. */
  isBlocked(chat: number): boolean {
    return !isDirect(chat) && this.#deps.vendor.bot.chats.get(chat)?.state === "blocked";
  }

  #compose(chat: number, text: string): Message {
    const message = customersText(this.#deps.vendor.bot, chat, text);
    this.#written.customer.set(chat, message);
    return message;
  }

  #sendMessage(
    { chat, text, author }: Pick<SentUpdate, "chat" | "author"> & { readonly text: string },
    kind: "message" | "edit",
    message: Message,
  ): void {
    const { message_id: messageId, message_thread_id: topic } = message;
    const described = {
      chat,
      kind,
      marks: marksIn(text),
      author,
      messageId,
      topic: topic as number,
    };
    this.#send(described, { [kind === "edit" ? "edited_message" : "message"]: message });
  }

  #send(described: Pick<SentUpdate, "chat" | "kind"> & Partial<SentUpdate>, fields: object): void {
    const update = { update_id: (this.#lastUpdateId += 1), ...fields };
    const eventId = `tg:${botId}:${update.update_id}`;
    const sent: SentUpdate = {
      marks: [],
      author: "customer",
      messageId: undefined,
      topic: undefined,
      ...described,
      atMillis: this.#deps.clock.now(),
      eventId,
      isAccepted: false,
    };
    this.updates.push(sent);
    this.pending += 1;
    // Telegram has one queue of updates for each of its chats.
    const row = telegramChatOf(sent.chat);
    const before = this.#lines.get(row) ?? Promise.resolve();
    this.#lines.set(
      row,
      before.then(() => this.#deliver(sent, encodeUpdate(update).toString("utf8"))),
    );
  }

  async #deliver(sent: SentUpdate, body: string): Promise<void> {
    const { clock, faults } = this.#deps;
    for (let waitMillis = 1000; ; waitMillis = Math.min(60_000, waitMillis * 2)) {
      const status = await this.#attempt(sent, body);
      if (status >= 200 && status < 300) sent.isAccepted = true;
      const isHeard = faults.faultNow("update-answer-lost") === undefined;
      if (sent.isAccepted && isHeard) break;
      await clock.sleep(waitMillis);
    }
    this.pending -= 1;
  }

  async #attempt(sent: SentUpdate, body: string): Promise<number> {
    const { clock, faults, history, vendor, webhook } = this.#deps;
    await clock.sleep(faults.between(10, 120));
    if (faults.faultNow("update-lost") !== undefined) return 0;
    const headers = { "x-telegram-bot-api-secret-token": vendor.secretToken };
    const status = await statusOf(webhook, httpEvent(body, headers));
    const ingested = { kind: "ingested", source: "telegram", what: sent.eventId } as const;
    history.record("telegram", { ...ingested, status, isAuthentic: true });
    return status;
  }
}
