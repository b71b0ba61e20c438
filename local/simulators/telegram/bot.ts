import { Rate } from "../rate.ts";
import { Chats } from "./chats.ts";
import { Files } from "./files.ts";
import type { WebhookDelivery } from "./webhook-delivery.ts";
import type { SimulatedTelegramMessage, TelegramSimulatorOptions } from "./types.ts";

/** The whole state of the simulated Bot API for its one bot. */
export type Bot = ReturnType<typeof createBot>;

/** The bot at the start: without chats and settings. */
export function createBot(
  options: TelegramSimulatorOptions,
  webhook: WebhookDelivery,
  now: () => number,
) {
  return {
    id: Number(options.botToken.split(":", 1)[0]),
    token: options.botToken,
    username: options.botUsername ?? "simulated_bot",
    chats: new Chats(),
    files: new Files(),
    limits: options.limits ?? {},
    rate: new Rate(),
    webhook,
    sent: [] as SimulatedTelegramMessage[],
    callbackIds: new Set<string>(),
    answeredCallbacks: new Set<string>(),
    businessConnections: new Set<string>(),
    /** Each user's photos, every photo in its sizes, the newest first. */
    profilePhotos: new Map<number, readonly (readonly object[])[]>(),
    /** By scope and language, see `methods.ts`. */
    commands: new Map<string, readonly object[]>(),
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
