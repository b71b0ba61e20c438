import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A file server on the loopback with the test's answers. Counts its open connections. */
export async function startFileServer(
  answer: (response: ServerResponse, request: IncomingMessage) => void,
): Promise<{
  readonly host: string;
  readonly origin: string;
  readonly requests: { readonly path: string; readonly headers: IncomingMessage["headers"] }[];
  readonly connections: () => Promise<number>;
  readonly close: () => void;
}> {
  const requests: { path: string; headers: IncomingMessage["headers"] }[] = [];
  const server = createServer((request, response) => {
    requests.push({ path: request.url ?? "", headers: request.headers });
    answer(response, request);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    host,
    origin: `http://${host}`,
    requests,
    connections: () =>
      new Promise((resolve) => server.getConnections((_error, count) => resolve(count))),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
