import { listen } from "../../http.ts";
import { answerControl } from "../control.ts";
import { Faults } from "../faults.ts";
import { telegramActs } from "./acts.ts";
import type { TelegramActs } from "./acts.ts";
import { BotApi, downloadUnder } from "./bot-api.ts";
import { createBot } from "./bot.ts";
import { controlRoutes } from "./control.ts";
import type { SimulatedTelegramCall, TelegramSimulatorOptions } from "./types.ts";
import { WebhookDelivery } from "./webhook-delivery.ts";

/** A Bot API of one bot, on the loopback interface. */
export type TelegramSimulator = TelegramActs & {
  /** Methods at `<root>/bot<token>/<method>`, files at `<root>/file/bot<token>/<path>`. */
  readonly root: string;
  calls(): readonly SimulatedTelegramCall[];
  readonly faults: Faults;
  readonly close: () => Promise<void>;
};

/** Starts a Bot API of one bot on the loopback interface. It prints nothing. */
export async function startTelegramSimulator(
  options: TelegramSimulatorOptions,
): Promise<TelegramSimulator> {
  if (!/^[1-9]\d*:[A-Za-z0-9_-]+$/.test(options.botToken)) {
    throw new Error("botToken must look like 123456:ABC-def, as BotFather issues it");
  }
  const now = options.now ?? Date.now;
  const closing = new AbortController();
  const faults = new Faults();
  const webhook = new WebhookDelivery({
    now,
    backoff: options.webhookBackoff ?? { firstMillis: 1000, mostMillis: 60_000 },
    timeoutMillis: options.webhookPatienceMillis ?? 60_000,
    faults,
    signal: closing.signal,
    onReply: (json) => api.reply(json),
  });
  const bot = createBot(options, webhook, now);
  const api: BotApi = new BotApi(bot, faults, closing.signal, options.onCall);
  const acts = telegramActs(bot);
  const routes = controlRoutes(acts, bot);
  const server = await listen(async (request) => {
    if (request.path.startsWith("/_sim/")) return answerControl(request, faults, routes);
    return request.path.startsWith("/file/")
      ? downloadUnder(faults, closing.signal, bot, request.path)
      : api.answer(request);
  });
  return {
    root: server.origin,
    ...acts,
    calls: () => [...api.calls],
    faults,
    async close() {
      closing.abort();
      webhook.close();
      await server.close();
    },
  };
}
