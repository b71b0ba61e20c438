import type { Secret } from "../../model/runtime.ts";
import type { WebhookInfo, WebhookInspector } from "../../model/caretaker-report.ts";
import { botApi } from "./client.ts";
import { failureOf } from "./failures.ts";

const timeoutSeconds = 10;

/** Reads the state of the webhook by `getWebhookInfo`. */
export class BotApiWebhookInspector implements WebhookInspector {
  readonly #root: string;
  readonly #token: Secret<{ readonly token: string }>;

  constructor(options: { apiRoot: string; token: Secret<{ readonly token: string }> }) {
    this.#root = options.apiRoot;
    this.#token = options.token;
  }

  async inspect(): Promise<WebhookInfo> {
    const { token } = await this.#token.read();
    try {
      const api = botApi({ apiRoot: this.#root, token, timeoutSeconds });
      const info = await api.getWebhookInfo();
      return {
        url: info.url ?? "",
        pendingUpdates: info.pending_update_count,
        lastErrorAtMillis:
          info.last_error_date === undefined ? undefined : info.last_error_date * 1000,
      };
    } catch (error) {
      throw failureOf(error);
    }
  }
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
