import { Api, InputFile } from "grammy/web";
import type { Secret } from "../../model/runtime.ts";
import { TransientFailure } from "../../model/failure.ts";
import { waitOfHeader } from "../../http/call.ts";
import type { Fetch } from "../../http/call.ts";
import { keepAliveFetch } from "../../http/keep-alive.ts";
import type { Fetched } from "../../http/keep-alive.ts";
import { wellFormed } from "../../http/untrusted.ts";
import { failureOf } from "./failures.ts";

const callSeconds = 10;
const uploadSeconds = 60;
const addressSeconds = 2;

/** The address of the Bot API, the token of the bot, and the pace of its calls. */
export type BotApiOptions = {
  readonly apiRoot: string;
  readonly token: Secret<{ readonly token: string }>;
  readonly fetch?: Fetch | undefined;
  /** Waits until a call of this method may go out. Throws TransientFailure while no call may go out. */
  readonly beforeCall?: (method: string) => Promise<void>;
  /** For calls without a file: 10 s by default. */
  readonly timeoutSeconds?: number;
};

/**
 * The Bot API as the bridge calls it. One transformer serves all calls. It reads the current token, paces
 * the call, limits its time, and throws our failure for a refusal or a missing answer. When Telegram refuses
 * the token, it reads the token again for the next call.
 */
export function createBotApi(options: BotApiOptions): Api {
  const { apiRoot, fetch, beforeCall, timeoutSeconds = callSeconds } = options;
  let token = "";
  const api = botApi({ apiRoot, token: () => token, timeoutSeconds: uploadSeconds }, fetch);
  api.config.use(async (callApi, method, payload) => {
    const current = await options.token.read();
    await beforeCall?.(method);
    const isUpload = Object.values(payload).some((value) => value instanceof InputFile);
    const call = () => {
      // grammY makes the address before it waits for anything.
      token = current.token;
      const signal = isUpload ? undefined : AbortSignal.timeout(timeoutSeconds * 1000);
      return callApi(method, payload, signal as Parameters<typeof callApi>[2]);
    };
    try {
      let answer = await call();
      // The reference of a file may be too old. Telegram renews it while it answers.
      const isOld = !answer.ok && method === "getFile" && /FILE_REFERENCE/.test(answer.description);
      if (isOld) answer = await call();
      if (answer.ok) return answer;
      throw failureOf(answer, method);
    } catch (error) {
      const failure = failureOf(error);
      if (failure instanceof TransientFailure && failure.needsPerson) await options.token.reread();
      throw failure;
    }
  });
  return api;
}

/** A Bot API client. Its answers have the Bot API's form, and its strings are well-formed. */
export function botApi(
  options: { apiRoot: string; token: () => string; timeoutSeconds: number },
  fetch: Fetch = keepAliveFetch,
): Api {
  const { apiRoot, token, timeoutSeconds } = options;
  const api = new Api("", {
    apiRoot,
    timeoutSeconds,
    buildUrl: (root, _token, method) => `${root}/bot${token()}/${method}`,
    async fetch(url: string, init: RequestInit) {
      // The client follows no redirect: the token in the path must not reach another host.
      const answer = await asBotApiAnswer(await fetch(url, { ...init, redirect: "manual" }));
      // grammY reads only this of a `Response`. The class itself would load the platform's `fetch`.
      return { json: async () => answer } as Response;
    },
  });
  api.config.use((callApi, method, payload, signal) =>
    callApi(method, wellFormed(payload), signal),
  );
  return api;
}

/**
 * Makes a Bot API answer from any response. A proxy's page is an answer too. Without this function, such
 * a page would count as a request with an ambiguous outcome. The page is not Telegram's answer about a
 * chat. So the bridge believes only these statuses of it: "too fast" (429), "too large" (413), and a
 * success, which it cannot read. Any other status becomes 502.
 */
async function asBotApiAnswer(response: Fetched): Promise<unknown> {
  const text = await response.text();
  const { status } = response;
  if (/^\s*\{[^]*"ok"\s*:/.test(text)) return JSON.parse(text) as unknown;
  const isBelieved = status === 413 || status === 429 || (status >= 200 && status < 300);
  const error_code = isBelieved ? status : 502;
  const retry_after = waitOfHeader(response.headers.get("retry-after"), Date.now());
  const parameters = retry_after === undefined ? {} : { retry_after };
  const description = "not a Bot API answer";
  return { ok: false, error_code, description, parameters };
}

/** Finds `https://t.me/<name>`, once. Undefined when Telegram does not give the bot's name now. */
export function createBotAddress(options: BotApiOptions): () => Promise<string | undefined> {
  const api = createBotApi({ ...options, timeoutSeconds: addressSeconds });
  let address: string | undefined;
  return async () => {
    address ??= await api.getMe().then(
      ({ username }) => `https://t.me/${username}`,
      () => undefined,
    );
    return address;
  };
}
