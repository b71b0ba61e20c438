import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { TimedOut, within } from "../../../lambdas/http/time-limit.ts";
import type { LambdaFunction } from "../lambda/lambda-function.ts";
import type { Route } from "../resources/deployment.ts";
import { splitUrl, toHttpEvent } from "./http-event.ts";
import { messageAnswer, toHttpAnswer } from "./http-response.ts";
import type { HttpAnswer } from "./http-response.ts";
import { matchRoute } from "./match-route.ts";

/** The payload limit of an HTTP API, which is not adjustable. */
const maxBodyBytes = 10 * 1024 * 1024;

/**
 * Stands in for API Gateway's HTTP API on a loopback port. Not AWS: no throttling, CORS,
 * authorizers or access log.
 */
export class HttpFront {
  readonly #server: Server;
  #routes: readonly Route[] = [];
  #functions: ReadonlyMap<string, LambdaFunction> = new Map();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Takes the port at once, so that a used port fails before any other work. */
  static async listen(port: number): Promise<HttpFront> {
    const server = createServer();
    const front = new HttpFront(server);
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      front.#handle(request, response).catch(() => response.destroy());
    });
    server.listen(port, "127.0.0.1");
    try {
      await once(server, "listening");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
      const sentence = `Port ${port} is in use: stop the program that listens there, or set PORT to another number.`;
      throw new Error(sentence, { cause: error });
    }
    return front;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Opens the routes. Before this call every path is unknown. */
  serve(routes: readonly Route[], functions: ReadonlyMap<string, LambdaFunction>): void {
    this.#routes = routes;
    this.#functions = functions;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.#answer(request);
    // A refused request must still be read. Otherwise its sender sees a reset instead of the answer.
    request.resume();
    response.writeHead(answer.statusCode, {
      ...answer.headers,
      "content-length": String(answer.body.length),
    } as Record<string, string | string[]>);
    response.end(request.method === "HEAD" ? undefined : answer.body);
  }

  async #answer(request: IncomingMessage): Promise<HttpAnswer> {
    const { rawPath } = splitUrl(request);
    const match = matchRoute(this.#routes, request.method ?? "", rawPath);
    const target = this.#functions.get(match?.functionArn ?? "");
    if (match === undefined || target === undefined) return messageAnswer(404, "Not Found");
    const body = await readBody(request);
    if (body === undefined) return messageAnswer(413, "Request Entity Too Large");
    const invocation = target.invoke(toHttpEvent(request, body, match));
    // API Gateway stops waiting, but the function continues.
    const outcome = await within(match.timeoutMillis, () => invocation).catch((error: unknown) => {
      if (error instanceof TimedOut) return undefined;
      throw error;
    });
    if (outcome === undefined) return messageAnswer(503, "Service Unavailable");
    if (outcome.kind === "success") return toHttpAnswer(outcome.payload);
    return outcome.errorType === "RequestEntityTooLarge"
      ? messageAnswer(413, "Request Entity Too Large")
      : messageAnswer(500, "Internal Server Error");
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > maxBodyBytes) return undefined;
  }
  return Buffer.concat(chunks);
}
