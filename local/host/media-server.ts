import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Buckets } from "./aws/buckets.ts";
import type { Distribution } from "./resources/deployment.ts";

/**
 * Stands in for a CloudFront distribution on a loopback port. It serves the objects of one bucket under
 * their keys, with the headers of the distribution's policy. Not AWS: plain http, no cache, no ranges.
 */
export class MediaServer {
  readonly #server: Server;
  #open: ((key: string) => ReturnType<Buckets["read"]>) | undefined;
  #headers: Readonly<Record<string, string>> = {};
  #methods: readonly string[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Takes the port at once, so that the host can build addresses with it. 0 takes any free one. */
  static async listen(port: number): Promise<MediaServer> {
    const server = createServer();
    const media = new MediaServer(server);
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      request.resume();
      media.#answer(request, response).catch(() => response.destroy());
    });
    server.listen(port, "127.0.0.1");
    try {
      await once(server, "listening");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
      const sentence = `Port ${port} is in use: stop the program that listens there, or set MEDIA_PORT to another number.`;
      throw new Error(sentence, { cause: error });
    }
    return media;
  }

  /** Without a trailing slash. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Opens the bucket to readers. Before this call every path is refused. */
  serve({ bucket, headers, methods }: Distribution, buckets: Buckets): void {
    this.#open = (key) => buckets.read(bucket, key);
    this.#headers = headers;
    this.#methods = methods;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = keyOf(request.url ?? "/");
    const isAllowed = this.#methods.includes(request.method ?? "");
    const object = isAllowed && key !== "" ? await this.#open?.(key) : undefined;
    // A caller that may not list a bucket does not learn that an object is missing: S3 answers 403 for
    // that, too.
    // @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    if (object === undefined) {
      response.writeHead(403, { ...this.#headers, "content-type": "application/xml" });
      return void response.end("<Error><Code>AccessDenied</Code></Error>");
    }
    response.writeHead(200, {
      ...object.headers,
      ...this.#headers,
      "content-length": String(object.body.byteLength),
    });
    response.end(request.method === "HEAD" ? undefined : object.body);
  }
}

/** The key that a path names. Empty for an invalid path, such as one that leaves the root. */
function keyOf(url: string): string {
  try {
    const key = decodeURIComponent(new URL(url, "http://media").pathname).slice(1);
    return /(^|\/)\.{1,2}(\/|$)/.test(key) ? "" : key;
  } catch {
    return "";
  }
}
