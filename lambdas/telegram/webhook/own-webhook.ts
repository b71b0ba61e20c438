import { healthCheckBody } from "../../model/envelope.ts";
import type { HealthCheck } from "../../model/envelope.ts";
import type { OwnWebhook } from "../../model/caretaker-report.ts";
import type { Secret } from "../../model/runtime.ts";
import { call } from "../../http/call.ts";
import type { Fetch } from "../../http/call.ts";

type Options = {
  readonly url: string;
  readonly secret: Secret<{ readonly current: string }>;
  readonly timeoutMillis: number;
  readonly fetch?: Fetch;
};

/** Calls our webhook as Telegram does: with the secret token in a header. */
export class TelegramOwnWebhook implements OwnWebhook {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  async send(check: HealthCheck): Promise<number> {
    const { url, secret, timeoutMillis, fetch } = this.#options;
    const { current } = await secret.read();
    const headers = {
      "Content-Type": "application/json",
      "X-Telegram-Bot-Api-Secret-Token": current,
    };
    const init = { method: "POST", headers, body: healthCheckBody(check) };
    return (await call(url, init, { timeoutMillis, fetch })).status;
  }
}
