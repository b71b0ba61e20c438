import type * as http from "node:http";
import { isIdle, closeIdle, keptAlive, withIdleLimit } from "../../http/file-pieces.ts";
import { RequestSigner } from "./request-signer.ts";
import type { AwsEnvironment } from "./request-signer.ts";
import * as https from "node:https";
import { within } from "../../http/time-limit.ts";

/** An AWS service, as its JSON protocol and the SDK's settings name it. */
export type JsonService = {
  /** The name in signatures and host names. */
  readonly name: string;
  /** The name in AWS_ENDPOINT_URL_…. */
  readonly variable: string;
  readonly target: string;
  readonly json: "1.0" | "1.1";
};

type Options = {
  readonly service: JsonService;
  readonly origin: string;
  readonly environment: AwsEnvironment;
  /** The maximum number of attempts of one call. All of them must fit into its time. */
  readonly maxAttempts: number;
};

/** The SDK has the same value. AWS accepts signatures up to five minutes old. */
const skewToleranceMillis = 240_000;

/**
 * Calls one AWS service. Parts of the SDK's signer sign the requests, without the rest of the SDK.
 * The client retries a failure that may pass, as the SDK does.
 */
export class AwsJsonClient {
  readonly #options: Options;
  readonly #url: URL;
  readonly #signer: RequestSigner;
  readonly #open: () => http.ClientRequest;
  #ahead: http.ClientRequest | undefined;
  #aheadSinceMillis = 0;
  #skewMillis = 0;

  constructor(options: Options) {
    const { service, origin, environment } = options;
    this.#options = options;
    this.#url = new URL(origin);
    this.#signer = new RequestSigner(service.name, environment);
    const open = openerOf(this.#url);
    this.#open = () => open(this.#url, "POST");
  }

  /** Opens the connection of the first call. Resolves when it is open, or when it failed. */
  connect(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = () => resolve();
    this.#ahead = this.#open().on("error", done).on("close", done);
    this.#aheadSinceMillis = Date.now();
    const connectedEvent = this.#url.protocol === "https:" ? "secureConnect" : "connect";
    this.#ahead.once("socket", (socket) => socket.once(connectedEvent, done));
    return promise;
  }

  /** Returns the service's answer. Rejects with an error whose name is the service's error code. */
  async call(
    operation: string,
    input: unknown,
    { timeoutMillis }: { timeoutMillis: number },
  ): Promise<unknown> {
    const { maxAttempts } = this.#options;
    const body = JSON.stringify(input);
    const deadlineMillis = Date.now() + timeoutMillis;
    for (let attempt = 1; ; attempt += 1) {
      const leftMillis = deadlineMillis - Date.now();
      try {
        // A connection that died without notice may cost half of the time, not all of it.
        const shareMillis = attempt < maxAttempts ? leftMillis / 2 : leftMillis;
        return await this.#attempt(operation, body, shareMillis);
      } catch (error) {
        const waitMillis = retryWaitMillis(error, attempt, Math.random());
        const isLast = attempt >= maxAttempts || waitMillis === undefined;
        if (isLast || Date.now() + waitMillis >= deadlineMillis) throw error;
        await new Promise((resolve) => setTimeout(resolve, waitMillis));
      }
    }
  }

  async #attempt(operation: string, body: string, timeoutMillis: number): Promise<unknown> {
    const headers = await this.#sign(operation, body);
    const request = this.#takeAhead() ?? this.#open();
    const answer = await exchange(request, headers, body, timeoutMillis);
    const isSkewCorrected = this.#correctClock(answer.headers.date);
    if (answer.status === 200) return JSON.parse(answer.text) as unknown;
    throw new AwsFailure(codeOf(answer), { httpStatusCode: answer.status, isSkewCorrected });
  }

  /** The connection that `connect` opened. Undefined when it closed or was idle meanwhile. */
  #takeAhead(): http.ClientRequest | undefined {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    if (ahead === undefined || ahead.destroyed) return undefined;
    if (!isIdle(this.#aheadSinceMillis)) return ahead;
    ahead.destroy();
    return undefined;
  }

  #sign(operation: string, body: string) {
    const { protocol, hostname, pathname: path } = this.#url;
    const headers = {
      host: this.#url.host,
      "content-type": `application/x-amz-json-${this.#options.service.json}`,
      "x-amz-target": `${this.#options.service.target}.${operation}`,
    };
    const request = { method: "POST", protocol, hostname, path, headers, body };
    return this.#signer.sign(request, new Date(Date.now() + this.#skewMillis));
  }

  /** Corrects our clock. True when the service's clock shows that we signed the request for a wrong time. */
  #correctClock(date = ""): boolean {
    const skewMillis = Date.parse(date) - Date.now();
    if (!(Math.abs(skewMillis - this.#skewMillis) >= skewToleranceMillis)) return false;
    this.#skewMillis = skewMillis;
    return true;
  }
}

/** Shortens `com.amazonaws.sqs#QueueDoesNotExist` to `QueueDoesNotExist`. */
function codeOf({ headers, text }: Answer): string {
  const inBody = /"__type"\s*:\s*"([^"]+)"/.exec(text)?.[1];
  const code = String(headers["x-amzn-errortype"] ?? inBody ?? "UnknownError");
  return code.replace(/:.*$/, "").replace(/^.*#/, "");
}

/** A service's answer without a result. The name of the error is the service's error code. */
export class AwsFailure extends Error {
  readonly httpStatusCode: number;
  /** True when a wrong clock signed the request, and the client has corrected the clock since. */
  readonly isSkewCorrected: boolean;

  constructor(code: string, answer: { httpStatusCode: number; isSkewCorrected: boolean }) {
    super(`answered with ${String(answer.httpStatusCode)}`);
    this.name = code;
    this.httpStatusCode = answer.httpStatusCode;
    this.isSkewCorrected = answer.isSkewCorrected;
  }
}

const throttling =
  /Throttl|LimitExceeded|TooManyRequests|SlowDown|ThroughputExceeded|PriorRequest|TransactionInProg/;

/**
 * How long to wait before a retry, in milliseconds, by the SDK's measure. Undefined when a retry
 * would fail as well. `random` is in [0, 1).
 */
export function retryWaitMillis(
  error: unknown,
  attempt: number,
  random: number,
): number | undefined {
  const spread = random * 2 ** (attempt - 1);
  if (!(error instanceof AwsFailure)) {
    const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
    // Only Node's network errors have a code here.
    return code !== undefined || name === "TimeoutError" ? spread * 50 : undefined;
  }
  const { name, httpStatusCode, isSkewCorrected } = error;
  if (httpStatusCode === 429 || throttling.test(name)) return spread * 1000;
  const isTransient = httpStatusCode >= 500 || name.startsWith("RequestTimeout");
  return isTransient || isSkewCorrected ? spread * 50 : undefined;
}

/** A service's whole answer. */
export type Answer = {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
};

/** Opens requests to one host. It keeps the connections until they are idle for too long. */
export function openerOf({ protocol }: URL): (url: URL, method: string) => http.ClientRequest {
  // An import of `node:http` would also load fetch and WebSocket, which is half of a cold start.
  const { Agent, request } = protocol === "https:" ? https : process.getBuiltinModule("node:http");
  const agent = withIdleLimit(new Agent(keptAlive));
  return (url, method) => {
    closeIdle(agent);
    return request(url, { method, agent });
  };
}

/**
 * Sends signed headers and a body over an open request, and reads the answer. Rejects after `timeoutMillis`.
 */
export async function exchange(
  request: http.ClientRequest,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
  timeoutMillis: number,
): Promise<Answer> {
  for (const name in headers) request.setHeader(name, headers[name] ?? "");
  try {
    return await within(timeoutMillis, () => answerTo(request, body));
  } catch (error) {
    // A half-read answer keeps its connection in use. A late answer may still come over it.
    request.destroy();
    throw error;
  }
}

function answerTo(request: http.ClientRequest, body: string | Uint8Array): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.on("error", reject).on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("error", reject).on("end", () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    request.end(body);
  });
}
