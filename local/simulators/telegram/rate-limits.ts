import { tooManyRequests } from "./answers.ts";
import type { TelegramSimulatorOptions } from "./types.ts";

/**
 * Counts sends in windows of a second and refuses those beyond the limits. A limit that is not given
 * does not apply.
 */
export class RateLimits {
  readonly #limits: NonNullable<TelegramSimulatorOptions["limits"]>;
  readonly #now: () => number;
  readonly #sent = new Map<string, number[]>();

  constructor(limits: TelegramSimulatorOptions["limits"], now: () => number) {
    this.#limits = limits ?? {};
    this.#now = now;
  }

  /** Counts one send to a chat, or throws a 429. */
  count(chatId: string): void {
    const isTooFast =
      this.#isFull(`chat ${chatId}`, this.#limits.perChatPerSecond) ||
      this.#isFull("bot", this.#limits.perBotPerSecond);
    if (isTooFast) throw tooManyRequests(1);
    for (const key of [`chat ${chatId}`, "bot"]) this.#recent(key).push(this.#now());
  }

  #isFull(key: string, limit: number | undefined): boolean {
    return limit !== undefined && this.#recent(key).length >= limit;
  }

  #recent(key: string): number[] {
    const kept = (this.#sent.get(key) ?? []).filter((at) => at > this.#now() - 1000);
    this.#sent.set(key, kept);
    return kept;
  }
}
