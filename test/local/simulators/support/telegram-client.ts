import { startTelegramSimulator } from "../../../../local/simulators/telegram/server.ts";
import type { TelegramSimulator } from "../../../../local/simulators/telegram/server.ts";
import type { TelegramSimulatorOptions } from "../../../../local/simulators/telegram/bot.ts";

/** The token of all tests. */
export const botToken = "777000:test-token_1";
/** A customer. */
export const ann = { id: 5_000_000_007, first_name: "Ann", language_code: "ru" };
/** Another customer. */
export const bob = { id: 5_000_000_008, first_name: "Bob", username: "bob" };

/** A Bot API that repeats refused updates within milliseconds. */
export function startTelegram(
  options: Partial<TelegramSimulatorOptions> = {},
): Promise<TelegramSimulator> {
  const webhookBackoff = { firstMillis: 10, mostMillis: 40 };
  return startTelegramSimulator({ botToken, webhookBackoff, ...options });
}

/** The answer of the Bot API. */
export type BotApiAnswer = {
  http: number;
  ok: boolean;
  error_code?: number;
  description?: string;
  result?: unknown;
  parameters?: unknown;
};

/** Calls a method with a JSON body, or with the given request. */
export async function call(
  telegram: TelegramSimulator,
  method: string,
  parameters: Record<string, unknown> | RequestInit = {},
  token = botToken,
): Promise<BotApiAnswer> {
  const request: RequestInit =
    "method" in parameters
      ? parameters
      : {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(parameters),
        };
  const response = await fetch(`${telegram.root}/bot${token}/${method}`, request);
  return { http: response.status, ...((await response.json()) as Omit<BotApiAnswer, "http">) };
}
