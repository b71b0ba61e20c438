import { Chats } from "./chats.ts";
import { Files } from "./files.ts";
import { RateLimits } from "./rate-limits.ts";
import type { WebhookDelivery } from "./webhook-delivery.ts";
import type { SimulatedTelegramMessage, TelegramSimulatorOptions } from "./types.ts";

/** The whole state of the simulated Bot API for its one bot. */
export type Bot = {
  readonly id: number;
  readonly token: string;
  readonly username: string;
  readonly chats: Chats;
  readonly files: Files;
  readonly limits: RateLimits;
  readonly webhook: WebhookDelivery;
  readonly sent: SimulatedTelegramMessage[];
  readonly callbackIds: Set<string>;
  readonly answeredCallbacks: Set<string>;
  readonly businessConnections: Set<string>;
  /** Each user's photos, every photo in its sizes, the newest first. */
  readonly profilePhotos: Map<number, readonly (readonly object[])[]>;
  /** By scope and language, see `commands.ts`. */
  readonly commands: Map<string, readonly object[]>;
  readonly now: () => number;
};

/** The bot at the start: without chats and settings. */
export function createBot(
  options: TelegramSimulatorOptions,
  webhook: WebhookDelivery,
  now: () => number,
): Bot {
  const [id = ""] = options.botToken.split(":");
  return {
    id: Number(id),
    token: options.botToken,
    username: options.botUsername ?? "simulated_bot",
    chats: new Chats(),
    files: new Files(),
    limits: new RateLimits(options.limits, now),
    webhook,
    sent: [],
    callbackIds: new Set(),
    answeredCallbacks: new Set(),
    businessConnections: new Set(),
    profilePhotos: new Map(),
    commands: new Map(),
    now,
  };
}

/** The bot as a `User` object. */
export function botObject(bot: Bot): Record<string, unknown> {
  return { id: bot.id, is_bot: true, first_name: bot.username, username: bot.username };
}

/** The present time in seconds, as the Bot API counts. */
export function unixSeconds(bot: Bot): number {
  return Math.floor(bot.now() / 1000);
}
