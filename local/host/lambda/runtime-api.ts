import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One event for a function. */
export type Invocation = {
  readonly requestId: string;
  readonly functionArn: string;
  readonly payload: string;
  readonly deadlineMillis: number;
};

/** The messages of a sandbox's process through its Runtime API. */
export type RuntimeEvents = {
  /** The process asks for an invocation: at the first time it is initialized, later it is idle. */
  onNext(): void;
  onInitError(body: string): void;
  onResponse(requestId: string, body: string): void;
  onError(requestId: string, body: string): void;
};

const prefix = "/2018-06-01/runtime/";

/**
 * The Lambda Runtime API of one sandbox, on its own loopback port. Not AWS: no extensions, response
 * streaming or trace headers.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class RuntimeApi {
  readonly #server: Server;
  #waiting: ServerResponse | undefined;
  #pending: Invocation | undefined;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Takes a port. The API answers requests after `serve`. */
  static async listen(): Promise<RuntimeApi> {
    const server = createServer();
    // By default the server closes idle connections, and an invocation may take longer than that.
    server.keepAliveTimeout = 0;
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new RuntimeApi(server);
  }

  serve(events: RuntimeEvents): void {
    this.#server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.#answer(request, response, events);
    });
  }

  /** `host:port`, as the process expects it in AWS_LAMBDA_RUNTIME_API. */
  get address(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `127.0.0.1:${port}`;
  }

  /** Gives an invocation to the waiting process, or keeps it until the process asks. */
  deliver(invocation: Invocation): void {
    const response = this.#waiting;
    this.#waiting = undefined;
    if (response === undefined) {
      this.#pending = invocation;
      return;
    }
    response.writeHead(200, {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": invocation.requestId,
      "lambda-runtime-invoked-function-arn": invocation.functionArn,
      "lambda-runtime-deadline-ms": String(invocation.deadlineMillis),
    });
    response.end(invocation.payload);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(request: IncomingMessage, response: ServerResponse, events: RuntimeEvents): void {
    const path = request.url ?? "";
    if (request.method === "GET" && path === `${prefix}invocation/next`) {
      this.#waiting = response;
      const pending = this.#pending;
      this.#pending = undefined;
      if (pending !== undefined) this.deliver(pending);
      events.onNext();
      return;
    }
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      const result = /^invocation\/([^/]+)\/(response|error)$/.exec(path.slice(prefix.length));
      response.writeHead(path === `${prefix}init/error` || result !== null ? 202 : 404);
      response.end("{}");
      if (result === null) {
        if (path === `${prefix}init/error`) events.onInitError(body);
        return;
      }
      const requestId = decodeURIComponent(result[1] ?? "");
      if (result[2] === "response") events.onResponse(requestId, body);
      else events.onError(requestId, body);
    });
  }
}
