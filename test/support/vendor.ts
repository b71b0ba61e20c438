import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** An answer of a vendor; an object is sent as JSON. */
export type VendorAnswer = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

/** A request as the vendor received it. */
export type VendorRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

/** A vendor on the loopback that gives the answers in order. The last one repeats. */
export async function startVendor(...answers: readonly [VendorAnswer, ...VendorAnswer[]]): Promise<{
  readonly origin: string;
  readonly requests: VendorRequest[];
  readonly close: () => void;
}> {
  const requests: VendorRequest[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const {
        status = 200,
        headers: more = {},
        body: answer,
      } = answers[Math.min(requests.length, answers.length - 1)] ?? {};
      const { method = "", url: path = "", headers } = request;
      requests.push({ method, path, headers, body });
      response.writeHead(status, more);
      response.end(typeof answer === "object" ? JSON.stringify(answer) : answer);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
