import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that arrived at the receiver. */
export type Received = {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly raw: string;
  readonly atMillis: number;
};

/** A test webhook. Stores the requests and answers 200 or the given statuses. 0 means no answer. */
export class Receiver {
  readonly received: Received[] = [];
  readonly url: string;
  #answers: number[] = [];
  readonly #close: () => Promise<void>;

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.#close = close;
  }

  static async start(): Promise<Receiver> {
    const holder: { receiver?: Receiver } = {};
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const raw = Buffer.concat(chunks).toString("utf8");
        const { url = "", headers } = request;
        const status = holder.receiver?.take({ url, headers, raw, atMillis: Date.now() }) ?? 500;
        if (status > 0) response.writeHead(status, { Location: "/elsewhere" }).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const receiver = new Receiver(`http://127.0.0.1:${port}`, async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    holder.receiver = receiver;
    return receiver;
  }

  /** The statuses of the next answers. Afterwards it answers 200. */
  answerNext(...statuses: number[]): void {
    this.#answers.push(...statuses);
  }

  take(request: Received): number {
    this.received.push(request);
    return this.#answers.shift() ?? 200;
  }

  /** The parsed bodies that arrived. */
  bodies<Body>(): Body[] {
    return this.received.map(({ raw }) => JSON.parse(raw) as Body);
  }

  close(): Promise<void> {
    return this.#close();
  }
}

/** Waits until a condition holds. Fails after a minute. */
export async function eventually(holds: () => boolean): Promise<void> {
  const end = Date.now() + 60_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error("did not come true within a minute");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
