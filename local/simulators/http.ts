import { createServer, request as httpRequest } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";

/** One request as received, with the body unchanged. */
export type SimulatedRequest = {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

/** An answer. An object goes out as JSON, a string unchanged, and no body as an empty body. */
export type SimulatedAnswer = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A listening server. Closing it cuts every connection. */
export type Listening = { readonly origin: string; close(): Promise<void> };

/**
 * Listens on the loopback interface only. When `respond` answers `undefined`, it closes the socket
 * without an answer.
 */
export async function listen(
  port: number,
  respond: (request: SimulatedRequest) => Promise<SimulatedAnswer | undefined>,
): Promise<Listening> {
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing, respond).catch((error: unknown) => {
      const isClosing = error instanceof Error && error.name === "AbortError";
      if (isClosing || outgoing.headersSent) incoming.socket.destroy();
      else outgoing.writeHead(500).end(`The simulator failed: ${String(error)}\n`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  respond: (request: SimulatedRequest) => Promise<SimulatedAnswer | undefined>,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const [path = "/", query = ""] = (incoming.url ?? "/").split(/\?(.*)/s, 2);
  const result = await respond({
    method: incoming.method ?? "GET",
    path,
    query: new URLSearchParams(query),
    headers: incoming.headers,
    body: Buffer.concat(chunks),
  });
  if (result === undefined) {
    incoming.socket.destroy();
    return;
  }
  const { bytes, type } = encode(result.body);
  outgoing.writeHead(result.status, {
    ...(type === undefined ? {} : { "Content-Type": type }),
    ...(result.status === 204 ? {} : { "Content-Length": String(bytes.length) }),
    ...result.headers,
  });
  outgoing.end(result.status === 204 ? undefined : bytes);
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
  /** The body of an answer that is JSON. */
  readonly json?: string;
};

/**
 * Posts bytes once over a new connection. It follows no redirect. A timeout, a refused connection or an
 * abort by the signal gives status 0.
 */
export function post(
  url: string,
  body: Buffer,
  headers: Readonly<Record<string, string>>,
  timeoutMillis: number,
  signal: AbortSignal,
): Promise<PostOutcome> {
  return new Promise((resolve) => {
    const send = url.startsWith("https:") ? httpsRequest : httpRequest;
    const timeout = AbortSignal.timeout(timeoutMillis);
    const outgoing = send(url, {
      method: "POST",
      agent: false,
      signal: AbortSignal.any([signal, timeout]),
      headers: { "Content-Length": String(body.length), ...headers },
    });
    const fail = (error: NodeJS.ErrnoException) => {
      const reason = error.code === "ECONNREFUSED" ? "Connection refused" : error.message;
      resolve({ status: 0, reason: timeout.aborted ? "Read timeout expired" : reason });
    };
    outgoing.on("error", fail);
    outgoing.on("response", (response) => {
      response.on("error", fail);
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const status = response.statusCode ?? 0;
        const isJson = response.headers["content-type"]?.startsWith("application/json") === true;
        resolve({
          status,
          reason: `${status} ${response.statusMessage ?? ""}`.trim(),
          ...(isJson ? { json: Buffer.concat(chunks).toString("utf8") } : {}),
        });
      });
    });
    outgoing.end(body);
  });
}
