import { parseObject } from "../../../lambdas/http/untrusted.ts";
import { listen, callerOf } from "../../http.ts";
import type { SimulatedAnswer, SimulatedRequest } from "../../http.ts";
import { answerControl } from "../control.ts";
import { Faults, answerUnderFault } from "../faults.ts";
import { telegramActs } from "./acts.ts";
import { createBot } from "./bot.ts";
import { controlRoutes } from "./control.ts";
import type { SimulatedTelegramCall, TelegramSimulatorOptions, Bot } from "./bot.ts";
import { WebhookDelivery } from "./webhook-delivery.ts";
import { TelegramRefusal, usualBody } from "./answers.ts";
import { methods } from "./methods.ts";
import { readParameters } from "./parameters.ts";

/** A Bot API of one bot, on the loopback interface. */
export type TelegramSimulator = Awaited<ReturnType<typeof startTelegramSimulator>>;

/** Starts a Bot API of one bot on the loopback interface. It prints nothing. */
export async function startTelegramSimulator(options: TelegramSimulatorOptions) {
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
  const api = createBotApi(bot, faults, closing.signal, options.onCall);
  const acts = telegramActs(bot);
  const routes = controlRoutes(acts, bot);
  const control = (request: SimulatedRequest) => answerControl(request, faults, routes);
  const server = await listen(async (request) => {
    const { path } = request;
    if (path.startsWith("/_sim/")) return control(request);
    if (!path.startsWith("/file/")) return api.answer(request);
    const fault = faults.take("download", undefined);
    return answerUnderFault(fault, closing.signal, () => answerFile(bot, path), usualBody);
  });
  return {
    /** Methods at `<root>/bot<token>/<method>`, files at `<root>/file/bot<token>/<path>`. */
    root: server.origin,
    ...acts,
    calls: (): readonly SimulatedTelegramCall[] => [...api.calls],
    /** Answers a control request, under `/_sim/`. */
    control,
    faults,
    close: async (): Promise<void> => {
      closing.abort();
      bot.polling.close();
      webhook.close();
      await server.close();
    },
  };
}

/** Answers `/bot<token>/<method>` under the present faults and records every call. */
export function createBotApi(
  bot: Bot,
  faults: Pick<Faults, "take">,
  signal: AbortSignal,
  onCall?: (call: SimulatedTelegramCall) => void,
) {
  const calls: SimulatedTelegramCall[] = [];
  /** `undefined` when a fault leaves the caller without an answer. */
  const answer = async (request: SimulatedRequest): Promise<SimulatedAnswer | undefined> => {
    const [, token = "", given = ""] = /^\/bot([^/]+)\/([A-Za-z]+)\/?$/.exec(request.path) ?? [];
    const method = canonicalName(given);
    const chatId = readChatId(request);
    const atMillis = bot.now();
    const answered = await answerUnderFault(
      faults.take(method, chatId),
      signal,
      () => carryOut(bot, request, token, method),
      usualBody,
    );
    const status = answered?.status ?? 0;
    const ofChat = chatId === "" ? {} : { chatId };
    const tookMillis = bot.now() - atMillis;
    const call = { ...callerOf(request), method, ...ofChat, atMillis, tookMillis, status };
    calls.push(call);
    onCall?.(call);
    return answered;
  };
  /**
   * Carries out the method that an answer to the webhook names. Telegram does not report its result.
   * @see https://core.telegram.org/bots/api#making-requests-when-getting-updates
   */
  const reply = async (json: string): Promise<void> => {
    const { method, ...parameters } = parseObject(Buffer.from(json)) ?? {};
    if (typeof method !== "string") return;
    await answer({
      method: "POST",
      path: `/bot${bot.token}/${method}`,
      query: new URLSearchParams(),
      headers: { "content-type": "application/json", "x-local-function": "telegram-webhook" },
      body: Buffer.from(JSON.stringify(parameters)),
    });
  };
  return { calls, answer, reply };
}

const wellFormedToken = /^\d+:[A-Za-z0-9_-]+$/;

async function carryOut(
  bot: Bot,
  request: SimulatedRequest,
  token: string,
  name: string,
): Promise<SimulatedAnswer> {
  try {
    if (!wellFormedToken.test(token)) throw new TelegramRefusal(404, "Not Found");
    if (token !== bot.token) throw new TelegramRefusal(401, "Unauthorized");
    const method = methods.get(name);
    if (method === undefined) throw new TelegramRefusal(404, "Not Found: method not found");
    return await method(bot, readParameters(request));
  } catch (error) {
    if (error instanceof TelegramRefusal) return error.answer;
    throw error;
  }
}

/** Answers `/file/bot<token>/<path>` with the bytes of a customer's file. */
export function answerFile(bot: Bot, path: string): SimulatedAnswer {
  const prefix = `/file/bot${bot.token}/`;
  const bytes = path.startsWith(prefix) ? bot.files.read(path.slice(prefix.length)) : undefined;
  if (bytes === undefined) return new TelegramRefusal(404, "Not Found").answer;
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
