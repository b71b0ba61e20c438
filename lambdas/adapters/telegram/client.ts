import { Api } from "grammy/web";
import { TransientFailure } from "../../model/failure.ts";
import type { CustomerMessenger } from "../../ports/customer-messenger.ts";
import type { Secret } from "../../ports/secret.ts";
import type { Fetch } from "../http/call.ts";
import { waitOfHeader } from "../http/vendor-wait.ts";
import { failureOf } from "./failures.ts";

const timeoutSeconds = 10;

/** The Bot API, through grammY. */
export class BotApiMessenger implements CustomerMessenger {
  readonly #root: string;
  readonly #token: Secret<{ readonly token: string }>;
  readonly #fetch: Fetch | undefined;
  #api: { readonly token: string; readonly api: Api } | undefined;

  constructor(options: {
    apiRoot: string;
    token: Secret<{ readonly token: string }>;
    fetch?: Fetch;
  }) {
    this.#root = options.apiRoot;
    this.#token = options.token;
    this.#fetch = options.fetch;
  }

  async sendText(chatId: string, text: string): Promise<string> {
    return this.#call(async (api) => {
      const message: { message_id?: unknown } | null = await api.sendMessage(chatId, text);
      // A yes without the message's id may or may not be one: its outcome is unknown.
      if (!Number.isSafeInteger(message?.message_id)) throw new Error("no message_id");
      return String(message?.message_id);
    });
  }

  async touchChat(chatId: string): Promise<void> {
    await this.#call((api) => api.sendChatAction(chatId, "typing"));
  }

  async #call<Result>(method: (api: Api) => Promise<Result>): Promise<Result> {
    const { token } = await this.#token.read();
    if (this.#api?.token !== token) {
      this.#api = {
        token,
        api: botApi({ apiRoot: this.#root, token, timeoutSeconds }, this.#fetch),
      };
    }
    try {
      return await method(this.#api.api);
    } catch (error) {
      const failure = failureOf(error);
      if (failure instanceof TransientFailure && failure.needsPerson) await this.#token.reread();
      throw failure;
    }
  }
}

/** A Bot API client whose answers are always the Bot API's: see {@link asBotApiAnswer}. */
export function botApi(
  options: { apiRoot: string; token: string; timeoutSeconds: number },
  fetch: Fetch = globalThis.fetch,
): Api {
  return new Api(options.token, {
    apiRoot: options.apiRoot,
    timeoutSeconds: options.timeoutSeconds,
    // A redirect is not followed: the token in the path must not travel to another host.
    fetch: async (url: Parameters<Fetch>[0], init: Parameters<Fetch>[1]) =>
      asBotApiAnswer(await fetch(url, { ...init, redirect: "manual" })),
  });
}

/**
 * A proxy's page is an answer, not silence: without this it would count as a request whose outcome
 * is unknown. Nor is it Telegram's word on a chat, so of its statuses only "too fast" is believed,
 * and a success that cannot be read.
 */
async function asBotApiAnswer(response: Response): Promise<Response> {
  const text = await response.text();
  const { status } = response;
  if (/^\s*\{[^]*"ok"\s*:/.test(text)) return new Response(text, { status: 200 });
  const error_code = status === 429 || (status >= 200 && status < 300) ? status : 502;
  const retry_after = waitOfHeader(response.headers.get("retry-after"), Date.now());
  const parameters = retry_after === undefined ? {} : { retry_after };
  const description = "not a Bot API answer";
  return Response.json({ ok: false, error_code, description, parameters });
}
