import { healthCheckBody } from "../../model/envelope.ts";
import type { OwnWebhook } from "../../model/caretaker-report.ts";
import type { Secret } from "../../model/runtime.ts";
import { call } from "../../http/call.ts";
import type { Fetch } from "../../http/call.ts";
import { signHook } from "./signature.ts";

/** Calls our webhook as amoCRM does: with a signature over the body, at the channel's own path. */
export function amocrmOwnWebhook(options: {
  readonly baseUrl: string;
  readonly channel: Secret<{ readonly scopeId: string; readonly current: string }>;
  readonly timeoutMillis: number;
  readonly fetch?: Fetch;
}): OwnWebhook {
  const { baseUrl, channel, timeoutMillis, fetch } = options;
  return {
    async send(check) {
      const { scopeId, current } = await channel.read();
      const body = healthCheckBody(check);
      const headers = {
        "Content-Type": "application/json",
        "X-Signature": signHook(body, current),
      };
      const url = `${baseUrl}/amocrm/${encodeURIComponent(scopeId)}`;
      return (await call(url, { method: "POST", headers, body }, { timeoutMillis, fetch })).status;
    },
  };
}
