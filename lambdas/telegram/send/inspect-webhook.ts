import type { Secret } from "../../model/runtime.ts";
import type { WebhookInfo, WebhookInspector } from "../../model/watching.ts";
import { botApi } from "./client.ts";
import { failureOf } from "./failures.ts";

const timeoutSeconds = 10;

/** The webhook as `getWebhookInfo` tells it. */
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
 * The updates the bridge asks Telegram for; some are sent only when they are named. `channel_post`
 * is among them so that a channel the bot was in before is told once, too, that it is not served there.
 * Not asked for is what nobody writes to an operator: polls' states, inline queries, other members'
 * comings and goings, payments of a shop the bridge does not have.
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
