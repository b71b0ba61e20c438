import type { Now, Secret } from "../../model/runtime.ts";
import { call } from "../../http/call.ts";
import type { Answer, Fetch } from "../../http/call.ts";
import { failureOf } from "./failures.ts";
import { accountOf } from "../webhook/identify.ts";
import { formatDate, signRequest } from "../webhook/signature.ts";
import { wellFormed } from "../../http/untrusted.ts";

const defaultTimeoutMillis = 10_000;

/** The channel's access to the Chats API. */
export type Channel = { readonly scopeId: string; readonly current: string };

/** Calls under one scope of the Chats API. Each call gets its signature at the moment of sending. */
export type ChatsApiScope = {
  /** Returns a success. Throws a TransientFailure or a PermanentFailure for any other answer. */
  request(
    method: string,
    path: string,
    body?: object,
    options?: { timeoutMillis?: number; namesMessage?: boolean },
  ): Promise<Answer>;
  /** The amoCRM account behind the scope. */
  accountId(): Promise<string>;
};

export function chatsApiScope({
  origin,
  channel,
  now,
  fetch,
  onSuccess,
}: {
  origin: string;
  channel: Secret<Channel>;
  now: Now;
  fetch?: Fetch;
  /** The scope calls it after every success. */
  onSuccess?: () => Promise<void>;
}): ChatsApiScope {
  return {
    async request(method, path, body, options = {}) {
      const { scopeId, current } = await channel.read();
      const target = `/v2/origin/custom/${scopeId}${path}`;
      const bytes = Buffer.from(body === undefined ? "" : JSON.stringify(wellFormed(body)));
      const date = formatDate(new Date(now()));
      const headers = signRequest({ method, path: target, date, body: bytes }, current);
      const { timeoutMillis = defaultTimeoutMillis } = options;
      const answer = await call(
        `${origin}${target}`,
        { method, headers, ...(body === undefined ? {} : { body: bytes }) },
        { timeoutMillis, fetch, vendor: "amocrm" },
      );
      if (answer.status >= 200 && answer.status < 300) {
        // An error of `onSuccess` must not make a failure of a success.
        await onSuccess?.().catch(() => undefined);
        return answer;
      }
      if (answer.status === 401 || answer.status === 403) await channel.reread();
      throw failureOf(answer, now(), options);
    },
    accountId: async () => accountOf((await channel.read()).scopeId),
  };
}
