import { botObject } from "../../../local/simulators/telegram/bot.ts";
import { encodeUpdate } from "../../../local/simulators/telegram/update-wire.ts";
import { noteTopic } from "../../../local/simulators/telegram/topics.ts";
import { membershipUpdate, textMessage } from "../../../local/simulators/telegram/updates.ts";
import type { VirtualClock } from "../engine/virtual-clock.ts";
import type { TelegramVendor } from "../vendors/telegram-vendor.ts";
import type { Faults } from "./faults.ts";
import type { History } from "./history.ts";
import { httpEvent, statusOf } from "./http-event.ts";
import type { Webhook } from "./http-event.ts";
import { botId } from "./names.ts";
import { noiseOf } from "./noise.ts";
import { marksIn } from "./plan.ts";

/** The number of a customer, as E.164. */
export function phoneOf(chat: number): string {
  return `+7999000000${chat}`;
}

/** Two by two they have the same name. */
function nameOf(chat: number): string {
  return `Customer ${Math.ceil(chat / 2)}`;
}

/** Every third customer writes in topics, now in one and now in the other. */
function topicOf(chat: number, messageId: number): Readonly<Record<string, unknown>> {
  if (chat % 3 !== 0) return {};
  return { message_thread_id: 77 + (Math.floor(messageId / 4) % 2), is_topic_message: true };
}

/** An update, and whether our webhook said yes to it. */
export type SentUpdate = {
  readonly eventId: string;
  readonly chat: number;
  readonly kind: "message" | "edit" | "membership" | "own act";
  /** The mark of what was written, the first of several. */
  readonly mark: string;
  readonly marks: readonly string[];
  readonly msgid: string;
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
 * Telegram as it calls our webhook: the updates of a chat one after another, each until it gets a
 * 2xx, with growing pauses.
 */
export class TelegramSide {
  readonly updates: SentUpdate[] = [];
  /** Updates that have not been accepted yet. */
  pending = 0;
  readonly #deps: Dependencies;
  readonly #lines = new Map<number, Promise<void>>();
  readonly #written = new Map<number, Record<string, unknown>>();
  #lastUpdateId = 500_000;

  constructor(deps: Dependencies) {
    this.#deps = deps;
  }

  write(
    chat: number,
    text: string,
    { isPhoto = false, noise }: { isPhoto?: boolean; noise?: number | undefined } = {},
  ): void {
    const customer = { id: chat, first_name: nameOf(chat), language_code: "en" };
    const { bot } = this.#deps.vendor;
    const { messageId, message: plain } = textMessage(bot, customer, text);
    const message: Record<string, unknown> = { ...plain, ...topicOf(chat, messageId) };
    const place = bot.chats.get(chat);
    if (place !== undefined) noteTopic(place, messageId, message);
    this.#written.set(chat, message);
    const { text: caption, ...rest } = message;
    const photo = [{ file_id: "photo", file_unique_id: "p", width: 90, height: 90 }];
    const shown = isPhoto ? { ...rest, photo, caption } : message;
    const large = noise === undefined ? {} : { noise: noiseOf(noise) };
    this.#send(chat, "message", text, { message: { ...shown, ...large } });
  }

  /** Sentences in blocks of a rich message: every third a photo's caption, some of the others long. */
  writeRichly(chat: number, text: string): void {
    const customer = { id: chat, first_name: `Customer ${chat}`, language_code: "en" };
    const { message } = textMessage(this.#deps.vendor.bot, customer, text);
    const { text: _, ...rest } = message;
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
    this.#written.set(chat, rich);
    this.#send(chat, "message", text, { message: rich });
  }

  /** The customer's own number, as the button sends it; the mark is in the name beside it. */
  shareNumber(chat: number, name: string): void {
    const customer = { id: chat, first_name: nameOf(chat), language_code: "en" };
    const { message } = textMessage(this.#deps.vendor.bot, customer, name);
    const { text: _, ...rest } = message;
    const contact = { phone_number: phoneOf(chat).slice(1), first_name: name, user_id: chat };
    const shared = { ...rest, contact };
    // Nobody can edit a contact: the next edit is of no message.
    this.#written.set(chat, { ...shared, edit_date: 0 });
    this.#send(chat, "message", name, { message: shared });
  }

  edit(chat: number, text: string): void {
    const written = this.#written.get(chat);
    const isOver = written?.["edit_date"] !== undefined || this.isBlocked(chat);
    if (written === undefined || isOver) return;
    const edit_date = Math.floor(this.#deps.clock.now() / 1000);
    // Whatever it was before, it is a text now.
    const { rich_message: _, ...rest } = written;
    const edited_message = { ...rest, text, edit_date };
    this.#written.set(chat, edited_message);
    this.#send(chat, "edit", text, { edited_message });
  }

  /** The bot pins a message of its own, which Telegram tells as a message in the customer's chat. */
  botActs(chatId: number): void {
    const { vendor, clock } = this.#deps;
    const chat = { id: chatId, type: "private", first_name: nameOf(chatId) };
    const date = Math.floor(clock.now() / 1000);
    const about = { from: botObject(vendor.bot), chat, date };
    const pinned_message = { ...about, message_id: 900_000, text: "Opening hours" };
    const message = { ...about, message_id: 900_001, pinned_message };
    this.#send(chatId, "own act", "", { message });
  }

  /** The customer blocks the bot or lets it in again. */
  block(chatId: number, isBlocked: boolean): void {
    const { bot } = this.#deps.vendor;
    const chat = bot.chats.get(chatId);
    if (chat === undefined) return;
    chat.state = isBlocked ? "blocked" : "active";
    this.#send(chatId, "membership", "", membershipUpdate(bot, chat, isBlocked));
  }

  isBlocked(chat: number): boolean {
    return this.#deps.vendor.bot.chats.get(chat)?.state === "blocked";
  }

  #send(chat: number, kind: SentUpdate["kind"], text: string, fields: object): void {
    const update = { update_id: (this.#lastUpdateId += 1), ...fields };
    const marks = marksIn(text);
    const [mark = ""] = marks;
    const eventId = `tg:${botId}:${update.update_id}`;
    const messageId = String(this.#written.get(chat)?.["message_id"]);
    const msgid = `tg-${botId}-${chat}-${messageId}`;
    const sent: SentUpdate = { eventId, chat, kind, mark, marks, msgid, isAccepted: false };
    this.updates.push(sent);
    this.pending += 1;
    const before = this.#lines.get(chat) ?? Promise.resolve();
    this.#lines.set(
      chat,
      before.then(() => this.#deliver(sent, encodeUpdate(update).toString("utf8"))),
    );
  }

  async #deliver(sent: SentUpdate, body: string): Promise<void> {
    const { clock, faults } = this.#deps;
    for (let waitMillis = 1000; ; waitMillis = Math.min(60_000, waitMillis * 2)) {
      const status = await this.#attempt(sent, body);
      if (status >= 200 && status < 300) sent.isAccepted = true;
      const isHeard = faults.strikes("update-answer-lost") === undefined;
      if (sent.isAccepted && isHeard) break;
      await clock.sleep(waitMillis);
    }
    this.pending -= 1;
  }

  async #attempt(sent: SentUpdate, body: string): Promise<number> {
    const { clock, faults, history, vendor, webhook } = this.#deps;
    await clock.sleep(faults.between(10, 120));
    if (faults.strikes("update-lost") !== undefined) return 0;
    const headers = { "x-telegram-bot-api-secret-token": vendor.secretToken };
    const status = await statusOf(webhook, httpEvent(body, headers));
    const ingested = { kind: "ingested", source: "telegram", what: sent.eventId } as const;
    history.record("telegram", { ...ingested, status, isAuthentic: true });
    return status;
  }
}
