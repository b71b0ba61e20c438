import { randomInt } from "node:crypto";
import { answerControl } from "../control.ts";
import { Faults } from "../faults.ts";
import { listen } from "../../http.ts";
import { BotApi, downloadUnder } from "./bot-api.ts";
import { createBot } from "./bot.ts";
import { controlRoutes } from "./control.ts";
import { customerActs, setProfilePhoto } from "./customers.ts";
import { methods } from "./methods.ts";
import { Parameters } from "./parameters.ts";
import type { TelegramSimulator, TelegramSimulatorOptions } from "./types.ts";
import { deleteTopic } from "./topics.ts";
import { membershipUpdate, noteUpdate, textMessage } from "./updates.ts";
import { WebhookDelivery } from "./webhook-delivery.ts";

export type { TelegramSimulator } from "./types.ts";

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
  let lastUpdateId = randomInt(100_000_000, 900_000_000);

  const enqueue = (update: object) =>
    webhook.enqueue({ update_id: (lastUpdateId += 1), ...update } as { update_id: number });

  const setState = (chatId: number, state: "active" | "blocked" | "deactivated") => {
    const chat = bot.chats.get(chatId);
    if (chat === undefined)
      throw new Error(`chat ${chatId} does not exist: no customer has written in it`);
    const earlier = chat.state;
    chat.state = state;
    if (state === earlier || state === "deactivated" || earlier === "deactivated") return;
    enqueue(membershipUpdate(bot, chat, state === "blocked"));
  };

  const server = await listen(async (request) => {
    if (request.path.startsWith("/_sim/")) {
      return answerControl(request, faults, controlRoutes(simulator, bot));
    }
    return request.path.startsWith("/file/")
      ? downloadUnder(faults, closing.signal, bot, request.path)
      : api.answer(request);
  });

  const simulator: TelegramSimulator = {
    root: server.origin,
    setWebhook(url, secretToken, allowedUpdates) {
      const parameters = new Parameters(
        new Map([
          ["url", url],
          ["secret_token", secretToken],
          ...(allowedUpdates === undefined
            ? []
            : [["allowed_updates", JSON.stringify(allowedUpdates)] as const]),
        ]),
      );
      methods.get("setWebhook")?.(bot, parameters);
    },
    async customerSays(customer, text) {
      if (text === "" || text.length > 4096) {
        throw new Error("A customer's text has 1 to 4096 characters; Telegram splits longer ones.");
      }
      if (bot.chats.get(customer.id)?.state === "blocked") {
        throw new Error(
          `Customer ${customer.id} has blocked the bot and must unblock it to write.`,
        );
      }
      const { messageId, message } = textMessage(bot, customer, text);
      const { accepted } = enqueue({ message });
      const updateId = lastUpdateId;
      await accepted;
      return { updateId, messageId };
    },
    customer: customerActs(bot, async (update) => {
      const { accepted } = enqueue(update);
      const updateId = lastUpdateId;
      await accepted;
      return updateId;
    }),
    putFile: (fileId, bytes) => bot.files.put(fileId, bytes),
    file: (fileId) => bot.files.bytesOf(fileId),
    setProfilePhoto: (userId, bytes) => setProfilePhoto(bot, userId, bytes),
    reaction: (chatId, messageId) => bot.chats.get(chatId)?.botReactions.get(messageId),
    async sendUpdate(update) {
      noteUpdate(bot, update);
      const { firstAttempt } = enqueue(update);
      const given = update["update_id"];
      const updateId = typeof given === "number" ? given : lastUpdateId;
      return { updateId, status: await firstAttempt };
    },
    deleteTopic(chatId, topic) {
      const chat = bot.chats.get(chatId);
      if (chat === undefined)
        throw new Error(`chat ${chatId} does not exist: no customer has written in it`);
      deleteTopic(chat, topic);
    },
    block: (chatId) => setState(chatId, "blocked"),
    unblock: (chatId) => setState(chatId, "active"),
    deactivate: (chatId) => setState(chatId, "deactivated"),
    messages: (from = 0) => bot.sent.slice(from),
    calls: () => [...api.calls],
    faults,
    async close() {
      closing.abort();
      webhook.close();
      await server.close();
    },
  };
  return simulator;
}
