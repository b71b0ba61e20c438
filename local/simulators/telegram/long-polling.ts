import { TelegramRefusal } from "./answers.ts";
import type { Parameters } from "./parameters.ts";
import type { SimulatedUpdate, WebhookDelivery } from "./webhook-delivery.ts";
import { readKinds } from "./webhook-settings.ts";

const longestSeconds = 50;
const most = 100;

/** A call of `getUpdates` that waits for an update. */
type WaitingCall = {
  readonly answer: (updates: readonly SimulatedUpdate[]) => void;
  readonly refuse: (refusal: TelegramRefusal) => void;
  readonly limit: number;
  readonly timer: NodeJS.Timeout;
};

/**
 * `getUpdates` of one bot, over the same waiting updates as its webhook.
 * @see https://core.telegram.org/bots/api#getupdates
 * @see https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp
 */
export class LongPolling {
  readonly #queue: WebhookDelivery;
  readonly #now: () => number;
  #call: WaitingCall | undefined;
  #previous = { offset: 0, atMillis: Number.NEGATIVE_INFINITY };

  constructor(queue: WebhookDelivery, now: () => number) {
    this.#queue = queue;
    this.#now = now;
    queue.onWaiting = () => {
      const call = this.#call;
      if (call === undefined) return;
      this.#end();
      call.answer(queue.waiting().slice(0, call.limit));
    };
  }

  /** Answers waiting updates at once, or the next one within the timeout. Keeps each until it is confirmed. */
  get(parameters: Parameters): Promise<readonly SimulatedUpdate[]> {
    if (this.#queue.settings.url !== "") {
      throw conflict(
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      );
    }
    const offset = parameters.integer("offset") ?? 0;
    let limit = within(parameters.integer("limit") ?? most, 1, most);
    let seconds = within(parameters.integer("timeout") ?? 0, 0, longestSeconds);
    const { settings } = this.#queue;
    this.#queue.settings = { ...settings, allowedUpdates: readKinds(parameters, settings) };

    // Telegram slows down a program that asks again for the updates that it does not confirm.
    const sinceMillis = this.#now() - this.#previous.atMillis;
    const isSame = offset === this.#previous.offset;
    if (isSame && seconds < 3 && sinceMillis < 3000) seconds = 3;
    if (isSame && sinceMillis < 500) limit = 1;
    this.#previous = { offset, atMillis: this.#now() };

    this.#apply(offset);
    const updates = this.#queue.waiting().slice(0, limit);
    if (updates.length > 0 || seconds === 0) return Promise.resolve(updates);
    this.abort(
      "terminated by other getUpdates request; make sure that only one bot instance is running",
    );
    const { promise, resolve, reject } = Promise.withResolvers<readonly SimulatedUpdate[]>();
    const timer = setTimeout(() => {
      this.#end();
      resolve([]);
    }, seconds * 1000);
    this.#call = { answer: resolve, refuse: reject, limit, timer };
    return promise;
  }

  /** Ends a call that waits, with Telegram's refusal. */
  abort(reason: string): void {
    const call = this.#call;
    this.#end();
    call?.refuse(conflict(reason));
  }

  /** Ends a call that waits, without updates. */
  close(): void {
    const call = this.#call;
    this.#end();
    call?.answer([]);
  }

  #apply(offset: number): void {
    if (offset > 0) this.#queue.confirm(({ update_id: id }) => id < offset);
    if (offset >= 0) return;
    const kept = new Set(this.#queue.waiting().slice(offset));
    this.#queue.forget((update) => !kept.has(update));
  }

  #end(): void {
    clearTimeout(this.#call?.timer);
    this.#call = undefined;
  }
}

function conflict(reason: string): TelegramRefusal {
  return new TelegramRefusal(409, `Conflict: ${reason}`);
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
