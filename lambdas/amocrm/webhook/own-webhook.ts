import { healthCheckBody } from "../../model/envelope.ts";
import type { HealthCheck } from "../../model/envelope.ts";
import type { OwnWebhook } from "../../model/caretaker-report.ts";
import type { Secret } from "../../model/runtime.ts";
import { call } from "../../http/call.ts";
import type { Fetch } from "../../http/call.ts";
import { signHook } from "./signature.ts";

type Options = {
  readonly baseUrl: string;
  readonly channel: Secret<{ readonly scopeId: string; readonly current: string }>;
  readonly timeoutMillis: number;
  readonly fetch?: Fetch;
};

/** Calls our webhook as amoCRM does: with a signature over the body, at the channel's own path. */
export class AmocrmOwnWebhook implements OwnWebhook {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  async send(check: HealthCheck): Promise<number> {
    const { baseUrl, channel, timeoutMillis, fetch } = this.#options;
    const { scopeId, current } = await channel.read();
    const body = healthCheckBody(check);
    const headers = { "Content-Type": "application/json", "X-Signature": signHook(body, current) };
    const url = `${baseUrl}/amocrm/${encodeURIComponent(scopeId)}`;
    return (await call(url, { method: "POST", headers, body }, { timeoutMillis, fetch })).status;
  }
}
