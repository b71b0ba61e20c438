import { Agent as HttpAgent, request as httpRequest } from "node:http";
import type { IncomingMessage, RequestOptions } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { Readable } from "node:stream";
import { text as textOf } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { closeIdle, keptAlive, withIdleLimit } from "./file-pieces.ts";

/** As much of a `Response` as the vendors' clients read. */
export type Fetched = {
  readonly status: number;
  readonly headers: Pick<Headers, "get">;
  text(): Promise<string>;
  /** The bytes as they come, in place of `text`; read to the end or destroyed. */
  readonly body?: AsyncIterable<Uint8Array> | null;
};

const agents = {
  http: withIdleLimit(new HttpAgent(keptAlive)),
  https: withIdleLimit(new HttpsAgent(keptAlive)),
};

/**
 * The platform's `fetch` as far as the vendors need it, over connections that are kept for each host.
 * `node:https` is loaded for the AWS clients anyway; the global `fetch` would load a client of its own
 * on the first message, and drops a connection that was idle for four seconds.
 */
export function keepAliveFetch(
  input: Parameters<typeof globalThis.fetch>[0],
  init?: RequestInit,
): Promise<Fetched> {
  const { promise, resolve, reject } = Promise.withResolvers<Fetched>();
  const signal = init?.signal ?? undefined;
  const outgoing = requestTo(
    new URL(typeof input === "object" && "url" in input ? input.url : input),
    {
      method: init?.method ?? "GET",
      headers: init?.headers as Record<string, string>,
      ...(signal === undefined ? {} : { signal }),
    },
  );
  outgoing.on("error", (error) => reject(reasonFor(error, signal)));
  outgoing.on("response", (incoming) => resolve(fetched(incoming, signal)));
  const body = init?.body;
  // A source that fails destroys the request, so that its end is never written.
  if (isStream(body)) pipeline(Readable.from(body), outgoing).catch(reject);
  else outgoing.end(body ?? undefined);
  return promise;
}

/**
 * Opens a connection before it is needed, by a call that does nothing. Never fails: whoever needs the
 * connection finds out. Plain http is for the loopback, where there is no handshake to save.
 */
export async function openConnection(address: string, timeoutMillis: number): Promise<void> {
  const { origin, protocol } = new URL(address);
  if (protocol !== "https:") return;
  try {
    const signal = AbortSignal.timeout(timeoutMillis);
    await (await keepAliveFetch(origin, { method: "HEAD", signal })).text();
  } catch {
    // See above.
  }
}

function isStream(body: unknown): body is AsyncIterable<Uint8Array> {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}

function requestTo(url: URL, request: RequestOptions) {
  const isPlain = url.protocol === "http:";
  const agent = isPlain ? agents.http : agents.https;
  closeIdle(agent);
  return (isPlain ? httpRequest : httpsRequest)(url, { ...request, agent });
}

function fetched(incoming: IncomingMessage, signal: AbortSignal | undefined): Fetched {
  const { statusCode = 0, headers } = incoming;
  return {
    status: statusCode,
    headers: { get: (name) => headers[name.toLowerCase()]?.toString() ?? null },
    body: incoming,
    text: () =>
      textOf(incoming).catch((error: unknown) => Promise.reject(reasonFor(error, signal))),
  };
}

/** An abort hides the reason that was given for it, such as a timeout. */
function reasonFor(error: unknown, signal: AbortSignal | undefined): unknown {
  return signal?.aborted === true ? signal.reason : error;
}
