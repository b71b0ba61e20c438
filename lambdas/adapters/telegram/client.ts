import { Api } from "grammy/web";
import { TransientFailure } from "../../model/failure.ts";
import type { CustomerMessenger } from "../../ports/customer-messenger.ts";
import type { Secret } from "../../ports/secret.ts";
import { failureOf } from "./failures.ts";

const timeoutSeconds = 10;

/** The Bot API, through grammY. */
export class BotApiMessenger implements CustomerMessenger {
  readonly #root: string;
  readonly #token: Secret<{ readonly token: string }>;
  #api: { readonly token: string; readonly api: Api } | undefined;

  constructor(options: { apiRoot: string; token: Secret<{ readonly token: string }> }) {
    this.#root = options.apiRoot;
    this.#token = options.token;
  }

  async sendText(chatId: string, text: string): Promise<string> {
    const message = await this.#call((api) => api.sendMessage(chatId, text));
    return String(message.message_id);
  }

  async touchChat(chatId: string): Promise<void> {
    await this.#call((api) => api.sendChatAction(chatId, "typing"));
  }

  async #call<Result>(method: (api: Api) => Promise<Result>): Promise<Result> {
    const { token } = await this.#token.read();
    if (this.#api?.token !== token) {
      this.#api = { token, api: botApi({ apiRoot: this.#root, token, timeoutSeconds }) };
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
export function botApi(options: { apiRoot: string; token: string; timeoutSeconds: number }): Api {
  return new Api(options.token, {
    apiRoot: options.apiRoot,
    timeoutSeconds: options.timeoutSeconds,
    fetch: async (...request: Parameters<typeof fetch>) => asBotApiAnswer(await fetch(...request)),
  });
}

/**
 * A proxy's error page is an answer, not silence: without this it would count as a request whose
 * outcome is unknown.
 */
async function asBotApiAnswer(response: Response): Promise<Response> {
  const text = await response.text();
  const isAnswer = /^\s*\{[^]*"ok"\s*:/.test(text);
  const body = isAnswer
    ? text
    : JSON.stringify({
        ok: false,
        error_code: response.status,
        description: "not a Bot API answer",
      });
  return new Response(body, { status: response.status });
}
