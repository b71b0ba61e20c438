import type { Secret } from "../../ports/secret.ts";
import type { WebhookInfo, WebhookInspector } from "../../ports/webhook-info.ts";
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
