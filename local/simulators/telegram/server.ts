import { parseObject } from "../../../lambdas/http/untrusted.ts";
import { listen, callerOf } from "../../http.ts";
import type { SimulatedAnswer, SimulatedRequest } from "../../http.ts";
import { answerControl } from "../control.ts";
import { Faults, answerUnderFault } from "../faults.ts";
import { telegramActs } from "./acts.ts";
import type { TelegramActs } from "./acts.ts";
import { createBot } from "./bot.ts";
import { controlRoutes } from "./control.ts";
import type { SimulatedTelegramCall, TelegramSimulatorOptions, Bot } from "./bot.ts";
import { WebhookDelivery } from "./webhook-delivery.ts";
import { TelegramRefusal, refusalAnswer, usualBody } from "./answers.ts";
import { methods } from "./methods.ts";
import { readParameters } from "./parameters.ts";

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

const wellFormedToken = /^\d+:[A-Za-z0-9_-]+$/;

/** Answers `/bot<token>/<method>` under the present faults and records every call. */
export class BotApi {
  readonly calls: SimulatedTelegramCall[] = [];
  readonly #bot: Bot;
  readonly #faults: Faults;
  readonly #signal: AbortSignal;
  readonly #onCall: ((call: SimulatedTelegramCall) => void) | undefined;

  constructor(
    bot: Bot,
    faults: Faults,
    signal: AbortSignal,
    onCall?: (call: SimulatedTelegramCall) => void,
  ) {
    this.#bot = bot;
    this.#faults = faults;
    this.#signal = signal;
    this.#onCall = onCall;
  }

  /** `undefined` when a fault leaves the caller without an answer. */
  async answer(request: SimulatedRequest): Promise<SimulatedAnswer | undefined> {
    const [, token = "", given = ""] = /^\/bot([^/]+)\/([A-Za-z]+)\/?$/.exec(request.path) ?? [];
    const method = canonicalName(given);
    const chatId = readChatId(request);
    const atMillis = this.#bot.now();
    const answer = await answerUnderFault(
      this.#faults.take(method, chatId),
      this.#signal,
      () => this.#call(request, token, method),
      usualBody,
    );
    const status = answer?.status ?? 0;
    const caller = callerOf(request);
    const call = { caller, method, ...(chatId === "" ? {} : { chatId }), atMillis, status };
    this.calls.push(call);
    this.#onCall?.(call);
    return answer;
  }

  /**
   * Carries out the method that an answer to the webhook names. Telegram does not report its result.
   * @see https://core.telegram.org/bots/api#making-requests-when-getting-updates
   */
  async reply(json: string): Promise<void> {
    const { method, ...parameters } = parseObject(Buffer.from(json)) ?? {};
    if (typeof method !== "string") return;
    await this.answer({
      method: "POST",
      path: `/bot${this.#bot.token}/${method}`,
      query: new URLSearchParams(),
      headers: { "content-type": "application/json", "x-local-function": "telegram-webhook" },
      body: Buffer.from(JSON.stringify(parameters)),
    });
  }

  #call(request: SimulatedRequest, token: string, name: string): SimulatedAnswer {
    try {
      if (!wellFormedToken.test(token)) throw new TelegramRefusal(404, "Not Found");
      if (token !== this.#bot.token) throw new TelegramRefusal(401, "Unauthorized");
      const method = methods.get(name);
      if (method === undefined) throw new TelegramRefusal(404, "Not Found: method not found");
      return method(this.#bot, readParameters(request));
    } catch (error) {
      if (error instanceof TelegramRefusal) return refusalAnswer(error);
      throw error;
    }
  }
}

/** Answers a download under the present faults, which name it `download`. */
function downloadUnder(
  faults: Faults,
  signal: AbortSignal,
  bot: Bot,
  path: string,
): Promise<SimulatedAnswer | undefined> {
  return answerUnderFault(
    faults.take("download", undefined),
    signal,
    () => answerFile(bot, path),
    usualBody,
  );
}

/** Answers `/file/bot<token>/<path>` with the bytes of a customer's file. */
export function answerFile(bot: Bot, path: string): SimulatedAnswer {
  const prefix = `/file/bot${bot.token}/`;
  const bytes = path.startsWith(prefix) ? bot.files.read(path.slice(prefix.length)) : undefined;
  if (bytes === undefined) return refusalAnswer(new TelegramRefusal(404, "Not Found"));
  return { status: 200, body: bytes };
}

/** The Bot API accepts method names in any case. */
function canonicalName(given: string): string {
  const lower = given.toLowerCase();
  return [...methods.keys()].find((name) => name.toLowerCase() === lower) ?? given;
}

/**
 * Empty when there is no chat id, or when the parameters are unreadable. The call itself reports
 * unreadable ones.
 */
function readChatId(request: SimulatedRequest): string {
  try {
    return readParameters(request).text("chat_id");
  } catch {
    return "";
  }
}
