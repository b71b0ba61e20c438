import type { WebhookInspector } from "../../model/caretaker-report.ts";
import { createBotApi } from "./client.ts";
import type { BotApiOptions } from "./client.ts";

/** Reads the state of the webhook by `getWebhookInfo`. */
export function createWebhookInspector(options: BotApiOptions): WebhookInspector {
  const api = createBotApi(options);
  return {
    async inspect() {
      const info = await api.getWebhookInfo();
      const { last_error_date: lastErrorSeconds } = info;
      return {
        url: info.url ?? "",
        pendingUpdates: info.pending_update_count,
        lastErrorAtMillis: lastErrorSeconds === undefined ? undefined : lastErrorSeconds * 1000,
      };
    },
  };
}

/**
 * The updates that the bridge asks Telegram for. Telegram sends some of them only when the list names
 * them. The list has `channel_post` for channels that already have the bot: the bridge says there once
 * that the bot does not serve there. The list omits updates that hold no words to an operator: states of
 * polls, inline queries, arrivals and departures of other members, payments of a shop that the bridge
 * does not have.
 * @see https://core.telegram.org/bots/api#setwebhook
 */
export const allowedUpdates = [
  "message",
  "edited_message",
  "callback_query",
  "message_reaction",
  "my_chat_member",
  "channel_post",
  "business_connection",
  "business_message",
  "edited_business_message",
] as const;
