import { Faults as NoFaults } from "../../../local/simulators/faults.ts";
import type { SimulatedAnswer, SimulatedRequest } from "../../../local/http.ts";
import { badRequest, tooManyRequests } from "../../../local/simulators/telegram/answers.ts";
import { createBotApi, answerFile } from "../../../local/simulators/telegram/server.ts";
import { createBot } from "../../../local/simulators/telegram/bot.ts";
import type { Bot } from "../../../local/simulators/telegram/bot.ts";
import { WebhookDelivery } from "../../../local/simulators/telegram/webhook-delivery.ts";
import { conversationAt } from "../world/customers.ts";
import type { VendorFate } from "../world/faults.ts";

/** Where Telegram put a message of the bot. */
export type Landed = {
  readonly conversationId: string;
  /** The topic of a private chat. */
  readonly topic: number | undefined;
  readonly repliesTo: number | undefined;
};

/** The result of a call at Telegram. */
type Outcome = {
  /** Undefined when no answer goes out. */
  readonly answer: SimulatedAnswer | undefined;
  readonly applied: boolean;
  /** The answer comes from a fault and not from Telegram's own check of the call. */
  readonly isFault: boolean;
  readonly landed?: Landed | undefined;
};

/**
 * Telegram: the laptop run's Bot API without sockets, with rate limits that last. The token can be
 * changed, as @BotFather does.
 */
export class TelegramVendor {
  readonly bot: Bot;
  /** The secret token that Telegram sends to the webhook. */
  secretToken = "hook-secret-1";
  #api: ReturnType<typeof createBotApi>;
  #served: Bot;
  readonly #now: () => number;
  readonly #limitedUntil = new Map<string, number>();
  readonly #signal = new AbortController().signal;

  constructor(now: () => number, token: string) {
    this.#now = now;
    const delivery = new WebhookDelivery({
      now,
      backoff: { firstMillis: 1000, mostMillis: 60_000 },
      timeoutMillis: 60_000,
      faults: new NoFaults(),
      signal: this.#signal,
    });
    this.bot = createBot({ botToken: token }, delivery, now);
    this.bot.files.put("photo", Buffer.from("a photo"));
    this.#served = this.bot;
    this.#api = createBotApi(this.bot, new NoFaults(), this.#signal);
  }

  /** The bot accepts another token from now on. */
  changeToken(token: string): void {
    this.#served = { ...this.bot, token };
    this.#api = createBotApi(this.#served, new NoFaults(), this.#signal);
  }

  /** Handles a request according to its fate. */
  async answer(request: SimulatedRequest, fate: VendorFate): Promise<Outcome> {
    const failed = { applied: false, isFault: true };
    if (fate.kind === "lost-request") return { ...failed, answer: undefined };
    const chatId = chatOf(request);
    const leftMillis = (this.#limitedUntil.get(chatId) ?? 0) - this.#now();
    if (leftMillis > 0 || fate.kind === "limit") {
      const seconds =
        leftMillis > 0 ? Math.ceil(leftMillis / 1000) : fate.kind === "limit" ? fate.seconds : 1;
      if (leftMillis <= 0) this.#limitedUntil.set(chatId, this.#now() + seconds * 1000);
      const refusal = tooManyRequests(seconds).answer;
      // A file server answers downloads. No code reads the body.
      const answer = { ...refusal, headers: { "Retry-After": String(seconds) } };
      return { ...failed, answer };
    }
    if (fate.kind === "no-file") {
      const words = "wrong file_id or the file is temporarily unavailable";
      return { ...failed, answer: badRequest(words).answer };
    }
    if (fate.kind === "status") return { ...failed, answer: troubleOf(fate) };
    const before = this.bot.sent.length;
    const answer = request.path.startsWith("/file/")
      ? answerFile(this.#served, request.path)
      : await this.#api.answer(request);
    const sent = this.bot.sent.slice(before)[0];
    const landed = sent && {
      conversationId: conversationAt(sent.chatId, sent.directTopic),
      topic: sent.topic,
      repliesTo: sent.replyToMessageId,
    };
    const isLost = fate.kind === "lost-answer";
    const applied = answer?.status === 200;
    return { answer: isLost ? undefined : answer, applied, isFault: isLost, landed };
  }
}

function troubleOf({ status, isPage }: { status: number; isPage: boolean }): SimulatedAnswer {
  if (isPage) return { status, body: "<html>a proxy</html>" };
  const description = status === 400 ? "Bad Request: simulated" : "Internal Server Error";
  return { status, body: { ok: false, error_code: status, description } };
}

function chatOf(request: SimulatedRequest): string {
  const body = JSON.parse(request.body.toString("utf8") || "{}") as { chat_id?: string | number };
  return String(body.chat_id ?? "");
}
