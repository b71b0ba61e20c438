import { setTimeout as sleep } from "node:timers/promises";
import { post } from "../../http.ts";
import type { PostOutcome } from "../../http.ts";
import type { Faults } from "../faults.ts";
import { runUnderFault } from "../faults.ts";
import { noWebhook } from "./webhook-settings.ts";
import type { WebhookSettings } from "./webhook-settings.ts";

const keptMillis = 24 * 60 * 60 * 1000;

/** An update as it goes to the webhook. */
export type SimulatedUpdate = { readonly update_id: number } & Readonly<Record<string, unknown>>;

type Waiting = {
  readonly update: SimulatedUpdate;
  readonly number: number;
  readonly queuedAtMillis: number;
  readonly firstAttempt: PromiseWithResolvers<number>;
  readonly accepted: PromiseWithResolvers<void>;
};

type DeliveryOptions = {
  readonly now: () => number;
  readonly backoff: { readonly firstMillis: number; readonly mostMillis: number };
  readonly timeoutMillis: number;
  readonly faults: Faults;
  readonly signal: AbortSignal;
  /** Carries out the method that an answer to the webhook may name. */
  readonly onReply?: (json: string) => Promise<void>;
};

/**
 * Sends updates to the webhook: those of one chat one after another, different chats in parallel up to
 * `max_connections`. It repeats each update until it gets 2xx or is a day old.
 */
export class WebhookDelivery {
  settings: WebhookSettings = noWebhook;
  /** Called when an update begins to wait. */
  onWaiting: (() => void) | undefined;
  readonly #options: DeliveryOptions;
  readonly #chats = new Map<string, Waiting[]>();
  readonly #running = new Set<string>();
  #changed = new AbortController();
  #connections = 0;
  #lastNumber = 0;
  readonly #waitingForConnection: (() => void)[] = [];
  #lastError: { last_error_date: number; last_error_message: string } | undefined;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Applies new settings at once, also to the updates that already wait. */
  configure(settings: WebhookSettings, dropPending: boolean): void {
    this.settings = settings;
    this.#lastError = undefined;
    if (dropPending) {
      for (const waiting of [...this.#chats.values()].flatMap((chat) => chat.splice(0))) {
        giveUp(waiting, "dropped by drop_pending_updates");
      }
    }
    if (settings.url === "") {
      for (const waiting of [...this.#chats.values()].flat()) waiting.firstAttempt.resolve(0);
    }
    this.#changed.abort();
    this.#changed = new AbortController();
    for (const chat of this.#chats.keys()) this.#start(chat);
  }

  /** Accepts an update, and sends it when it is its turn. */
  enqueue(update: SimulatedUpdate): { firstAttempt: Promise<number>; accepted: Promise<void> } {
    const waiting: Waiting = {
      update,
      number: (this.#lastNumber += 1),
      queuedAtMillis: this.#options.now(),
      firstAttempt: Promise.withResolvers(),
      accepted: Promise.withResolvers(),
    };
    waiting.accepted.promise.catch(() => {}); // some callers do not wait for it
    const kind = Object.keys(update).find((key) => key !== "update_id") ?? "";
    const chat = chatOf(update[kind]);
    this.#chats.set(chat, [...(this.#chats.get(chat) ?? []), waiting]);
    if (this.settings.url === "") waiting.firstAttempt.resolve(0);
    this.#start(chat);
    this.onWaiting?.();
    return { firstAttempt: waiting.firstAttempt.promise, accepted: waiting.accepted.promise };
  }

  pendingCount(): number {
    return [...this.#chats.values()].reduce((count, chat) => count + chat.length, 0);
  }

  /** The updates that wait, oldest first. An update that has waited for a day is dropped. */
  waiting(): readonly SimulatedUpdate[] {
    const oldest = this.#options.now() - keptMillis;
    this.#remove(
      ({ queuedAtMillis }) => queuedAtMillis <= oldest,
      (one) => giveUp(one, "not accepted within 24 hours"),
    );
    const all = [...this.#chats.values()].flat();
    return all.sort((one, other) => one.number - other.number).map(({ update }) => update);
  }

  /** Removes the updates that a program has confirmed with `getUpdates`. */
  confirm(isConfirmed: (update: SimulatedUpdate) => boolean): void {
    this.#remove(
      ({ update }) => isConfirmed(update),
      (one) => one.accepted.resolve(),
    );
  }

  /** Drops the updates that a program has skipped with `getUpdates`. */
  forget(isForgotten: (update: SimulatedUpdate) => boolean): void {
    this.#remove(
      ({ update }) => isForgotten(update),
      (one) => giveUp(one, "forgotten by a negative offset of getUpdates"),
    );
  }

  #remove(isMeant: (waiting: Waiting) => boolean, end: (waiting: Waiting) => void): void {
    for (const [chat, all] of this.#chats) {
      for (const one of all.filter(isMeant)) end(one);
      this.#chats.set(
        chat,
        all.filter((one) => !isMeant(one)),
      );
    }
  }

  /** The answer of `getWebhookInfo`. */
  info(): Record<string, unknown> {
    const { url, maxConnections, allowedUpdates } = this.settings;
    return {
      url,
      has_custom_certificate: false,
      pending_update_count: this.pendingCount(),
      ...this.#lastError,
      ...(url === "" ? {} : { max_connections: maxConnections, ip_address: "127.0.0.1" }),
      ...(allowedUpdates.length === 0 ? {} : { allowed_updates: allowedUpdates }),
    };
  }

  /** Gives up all waiting updates. Abort the signal that was given at the start before this call. */
  close(): void {
    for (const waiting of [...this.#chats.values()].flat()) giveUp(waiting, "simulator closed");
    this.#chats.clear();
    this.#changed.abort();
    for (const proceed of this.#waitingForConnection.splice(0)) proceed();
  }

  #start(chat: string): void {
    if (this.#running.has(chat)) return;
    this.#running.add(chat);
    void this.#deliverAllOf(chat);
  }

  async #deliverAllOf(chat: string): Promise<void> {
    let delayMillis = this.#options.backoff.firstMillis;
    for (;;) {
      const waiting = this.#chats.get(chat)?.[0];
      if (waiting === undefined || this.settings.url === "") {
        this.#running.delete(chat); // in the same turn as the check, or an update could stay unsent
        return;
      }
      const changed = this.#changed.signal;
      const { status, reason, json } = await this.#attempt(waiting.update, chat);
      if (this.#options.signal.aborted) return;
      const isAccepted = status >= 200 && status < 300;
      if (isAccepted && json !== undefined) await this.#options.onReply?.(json);
      waiting.firstAttempt.resolve(status);
      if (isAccepted) waiting.accepted.resolve();
      else this.#noteError(status === 0 ? reason : `Wrong response from the webhook: ${reason}`);
      const isTooOld = this.#options.now() - waiting.queuedAtMillis >= keptMillis;
      if (isAccepted || isTooOld) {
        if (!isAccepted) giveUp(waiting, "not accepted within 24 hours");
        const rest = this.#chats.get(chat);
        if (rest?.[0] === waiting) rest.shift();
        delayMillis = this.#options.backoff.firstMillis;
        continue;
      }
      const stop = AbortSignal.any([this.#options.signal, changed]);
      await sleep(delayMillis, undefined, { signal: stop }).catch(() => {});
      delayMillis = Math.min(delayMillis * 2, this.#options.backoff.mostMillis);
      if (this.#options.signal.aborted) return;
    }
  }

  async #attempt(update: SimulatedUpdate, chat: string): Promise<PostOutcome> {
    const { faults, signal, timeoutMillis } = this.#options;
    await this.#takeConnection();
    try {
      const { url, secretToken } = this.settings;
      const headers: Record<string, string> = { "Content-Type": "application/json" };
      if (secretToken !== "") headers["X-Telegram-Bot-Api-Secret-Token"] = secretToken;
      const lost = { status: 0, reason: "Connection reset by peer" };
      const outcome = await runUnderFault<PostOutcome>(
        faults.take("webhook", chat),
        signal,
        () => post(url, encodeUpdate(update), headers, timeoutMillis, signal),
        (_fault, status) => ({ status, reason: `${status} simulated` }),
      ).catch(() => lost);
      return outcome ?? lost;
    } finally {
      this.#connections -= 1;
      this.#waitingForConnection.shift()?.();
    }
  }

  async #takeConnection(): Promise<void> {
    while (this.#connections >= this.settings.maxConnections && !this.#options.signal.aborted) {
      await new Promise<void>((resolve) => this.#waitingForConnection.push(resolve));
    }
    this.#connections += 1;
  }

  #noteError(message: string): void {
    const last_error_date = Math.floor(this.#options.now() / 1000);
    this.#lastError = { last_error_date, last_error_message: message };
  }
}

function giveUp(waiting: Waiting, reason: string): void {
  waiting.firstAttempt.resolve(0);
  waiting.accepted.reject(new Error(`update ${waiting.update.update_id}: ${reason}`));
}

/** The update as Telegram writes it: all characters outside ASCII are escaped. */
export function encodeUpdate(update: SimulatedUpdate): Buffer {
  const escaped = JSON.stringify(update).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return Buffer.from(escaped);
}

/** The chat within which an update keeps its order. Empty for an update without a chat. */
function chatOf(value: unknown): string {
  const object = value as {
    chat?: { id?: unknown };
    message?: { chat?: { id?: unknown } };
    from?: { id?: unknown };
    user?: { id?: unknown };
  } | null;
  const id =
    object?.chat?.id ?? object?.message?.chat?.id ?? object?.from?.id ?? object?.user?.id ?? "";
  return typeof id === "number" || typeof id === "string" ? String(id) : "";
}
