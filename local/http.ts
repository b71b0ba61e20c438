import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import type {
  IncomingHttpHeaders,
  IncomingMessage,
  OutgoingHttpHeaders,
  RequestListener,
  ServerResponse,
} from "node:http";
import { request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import { buffer, text as readText } from "node:stream/consumers";

/** One request as received, with the body unchanged. */
export type SimulatedRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

/** The caller of a request. A function of the host and its event are in headers, from its runtime client. */
export function callerOf({ headers }: SimulatedRequest): {
  readonly caller: string;
  readonly eventId: string | undefined;
} {
  const event = headers["x-local-event"];
  return {
    caller: String(headers["x-local-function"] ?? "another program"),
    eventId: typeof event === "string" ? decodeURIComponent(event) : undefined,
  };
}

/**
 * True for a request of a program or a page of this machine. A name that was rebound to this machine, a
 * tunnel, and a page of another site are none: a browser says where its request comes from.
 */
export function isFromHere({ headers }: Pick<SimulatedRequest, "headers">): boolean {
  const { host = "", origin } = headers;
  const site = headers["sec-fetch-site"] ?? "none";
  const isOwnOrigin = origin === undefined || loopbackHost.test(origin.replace(/^http:\/\//, ""));
  return loopbackHost.test(host) && isOwnOrigin && (site === "none" || site === "same-origin");
}

const loopbackHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** An answer. An object goes out as JSON, a string unchanged, and no body as an empty body. */
export type SimulatedAnswer = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: OutgoingHttpHeaders;
};

/** A listening server. Closing it cuts every connection. */
export type Listening = { readonly origin: string; readonly close: () => Promise<void> };

/** Takes a port of the loopback interface, 0 for any free one. `variable` is the setting of the port. */
export async function openServer(
  handle: RequestListener,
  port = 0,
  variable = "PORT",
): Promise<Listening> {
  const server = createServer(handle);
  // If the server closed idle connections, a client could use one at the same moment and see a reset.
  server.keepAliveTimeout = 0;
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    const sentence =
      code === "EADDRINUSE"
        ? `Port ${port} is in use: stop the program that listens there, or set ${variable} to another number (0 for any free port).`
        : `Port ${port} cannot be used (${code ?? name}): set ${variable} to another number.`;
    throw new Error(sentence, { cause: error });
  }
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Answers whole requests. When `respond` answers `undefined`, it closes the socket without an answer. */
export function listen(
  respond: (request: SimulatedRequest) => Promise<SimulatedAnswer | undefined>,
  port = 0,
  variable = "PORT",
): Promise<Listening> {
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    try {
      const [path = "/", query = ""] = (incoming.url ?? "/").split(/\?(.*)/s, 2);
      const { method = "GET", headers } = incoming;
      const body = await buffer(incoming);
      const request = { method, path, query: new URLSearchParams(query), headers, body };
      const result = await respond(request);
      if (result === undefined) incoming.socket.destroy();
      else sendAnswer(outgoing, result);
    } catch (error) {
      const isClosing = error instanceof Error && error.name === "AbortError";
      if (isClosing || outgoing.headersSent) incoming.socket.destroy();
      else outgoing.writeHead(500).end(`The simulator failed: ${String(error)}\n`);
    }
  };
  return openServer((incoming, outgoing) => void answer(incoming, outgoing), port, variable);
}

/** Sends an answer. Node.js itself leaves out the body of an answer to HEAD. */
export function sendAnswer(
  outgoing: ServerResponse,
  { status, headers, body }: SimulatedAnswer,
): void {
  const { bytes, type } = encode(body);
  if (type !== undefined) outgoing.setHeader("Content-Type", type);
  if (status !== 204) outgoing.setHeader("Content-Length", bytes.length);
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (value !== undefined) outgoing.setHeader(name, value);
  }
  outgoing.writeHead(status).end(status === 204 ? undefined : bytes);
}

/** The JSON value of a text. Undefined for a text that is no JSON. */
export function parseJson(text: string | Uint8Array): unknown {
  try {
    return JSON.parse(text.toString());
  } catch {
    return undefined;
  }
}

/** The fields that have a value. */
export function defined<Fields extends object>(fields: Fields) {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as {
    [Name in keyof Fields]?: Exclude<Fields[Name], undefined>;
  };
}

/** True when no string of the JSON has half a surrogate pair. */
export function isWellFormed(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([name, inner]) => name.isWellFormed() && isWellFormed(inner));
}

function encode(body: unknown): { bytes: Buffer; type?: string } {
  if (body === undefined) return { bytes: Buffer.alloc(0) };
  if (Buffer.isBuffer(body)) return { bytes: body, type: "application/octet-stream" };
  if (typeof body === "string") return { bytes: Buffer.from(body), type: "text/html" };
  return { bytes: Buffer.from(JSON.stringify(body)), type: "application/json" };
}

/** The result of a post. Status 0 and a reason in words when there was no answer. */
export type PostOutcome = {
  readonly status: number;
  readonly reason: string;
  readonly json?: string;
};

/**
 * Posts bytes once over a new connection. It follows no redirect. A timeout, a refused connection or an
 * abort by the signal gives status 0. Not `fetch`, because it refuses the ports of some old protocols.
 */
export async function post(
  url: string,
  body: Buffer,
  headers: Readonly<Record<string, string>>,
  timeoutMillis: number,
  signal: AbortSignal,
): Promise<PostOutcome> {
  const send = url.startsWith("https:") ? httpsRequest : httpRequest;
  const timeout = AbortSignal.timeout(timeoutMillis);
  try {
    const outgoing = send(url, {
      method: "POST",
      agent: false,
      signal: AbortSignal.any([signal, timeout]),
      headers: { "Content-Length": String(body.length), ...headers },
    });
    // An abort after the answer has begun is also an error of the answer, which is read below.
    outgoing.on("error", () => undefined);
    outgoing.end(body);
    const [response] = (await once(outgoing, "response")) as [IncomingMessage];
    const text = await readText(response);
    const { statusCode: status = 0, statusMessage = "" } = response;
    const isJson = response.headers["content-type"]?.startsWith("application/json") === true;
    const reason = `${status} ${statusMessage}`.trim();
    return { status, reason, ...(isJson ? { json: text } : {}) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === "ECONNREFUSED" ? "Connection refused" : message;
    return { status: 0, reason: timeout.aborted ? "Read timeout expired" : reason };
  }
}
