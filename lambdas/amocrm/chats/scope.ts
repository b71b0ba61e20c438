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
export class ChatsApiScope {
  readonly #origin: string;
  readonly #channel: Secret<Channel>;
  readonly #now: Now;
  readonly #fetch: Fetch | undefined;
  readonly #onSuccess: (() => Promise<void>) | undefined;

  constructor(options: {
    origin: string;
    channel: Secret<Channel>;
    now: Now;
    fetch?: Fetch;
    /** The scope calls it after every success. */
    onSuccess?: () => Promise<void>;
  }) {
    this.#origin = options.origin;
    this.#channel = options.channel;
    this.#now = options.now;
    this.#fetch = options.fetch;
    this.#onSuccess = options.onSuccess;
  }

  /** Returns a success. Throws a TransientFailure or a PermanentFailure for any other answer. */
  async request(
    method: string,
    path: string,
    body?: object,
    options: { timeoutMillis?: number; namesMessage?: boolean } = {},
  ): Promise<Answer> {
    const channel = await this.#channel.read();
    const target = `/v2/origin/custom/${channel.scopeId}${path}`;
    const bytes = Buffer.from(body === undefined ? "" : JSON.stringify(wellFormed(body)));
    const date = formatDate(new Date(this.#now()));
    const headers = signRequest({ method, path: target, date, body: bytes }, channel.current);
    const answer = await call(
      `${this.#origin}${target}`,
      { method, headers, ...(body === undefined ? {} : { body: bytes }) },
      {
        timeoutMillis: options.timeoutMillis ?? defaultTimeoutMillis,
        fetch: this.#fetch,
        vendor: "amocrm",
      },
    );
    if (answer.status >= 200 && answer.status < 300) {
      // An error of `onSuccess` must not make a failure of a success.
      await this.#onSuccess?.().catch(() => undefined);
      return answer;
    }
    if (answer.status === 401 || answer.status === 403) await this.#channel.reread();
    throw failureOf(answer, this.#now(), options);
  }

  /** The amoCRM account behind the scope. */
  async accountId(): Promise<string> {
    const { scopeId } = await this.#channel.read();
    return accountOf(scopeId);
  }
}
