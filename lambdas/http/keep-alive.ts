import { Agent as HttpAgent, request as httpRequest } from "node:http";
import type { IncomingMessage, RequestOptions } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { Readable } from "node:stream";
import { text as textOf } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { closeIdle, keptAlive, withIdleLimit } from "./file-pieces.ts";

/** The part of a `Response` that the vendors' clients read. */
export type Fetched = {
  readonly status: number;
  readonly headers: Pick<Headers, "get">;
  text(): Promise<string>;
  /** The bytes as they arrive, in place of `text`. The caller reads them to the end or destroys them. */
  readonly body?: AsyncIterable<Uint8Array> | null;
};

const agents = {
  http: withIdleLimit(new HttpAgent(keptAlive)),
  https: withIdleLimit(new HttpsAgent(keptAlive)),
};

/**
 * The part of the platform's `fetch` that the vendors need. It keeps connections for each host. The AWS
 * clients load `node:https` anyway. The global `fetch` would load a client of its own on the first
 * message, and it drops a connection after four idle seconds.
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
  // A source that fails destroys the request. So the client never writes the request's end.
  if (isStream(body)) pipeline(Readable.from(body), outgoing).catch(reject);
  else outgoing.end(body ?? undefined);
  return promise;
}

/**
 * Opens a connection before a request needs it, by a call that does nothing. Never fails: the request
 * that needs the connection finds the error. Plain http is for the loopback, which has no handshake to
 * save.
 */
export async function openConnection(address: string, timeoutMillis: number): Promise<void> {
  const { origin, protocol } = new URL(address);
  if (protocol !== "https:") return;
  try {
    const signal = AbortSignal.timeout(timeoutMillis);
    await (await keepAliveFetch(origin, { method: "HEAD", signal })).text();
  } catch {
    // The request that needs the connection finds the error.
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

/** After an abort, the reason of the abort, such as a timeout: the error hides it. Else the error itself. */
function reasonFor(error: unknown, signal: AbortSignal | undefined): unknown {
  return signal?.aborted === true ? signal.reason : error;
}
