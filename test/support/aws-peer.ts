import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";

/** One request as the peer received it. */
export type PeerRequest = {
  readonly headers: IncomingMessage["headers"];
  readonly path: string | undefined;
  readonly body: string;
  /** The number of its connection, counted from 1. */
  readonly connection: number;
};

/** The peer's reaction to a request. */
export type PeerAnswer =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> }
  | "reset"
  | "silence";

/** An AWS service on a loopback port that gives the given answers. The last answer repeats. */
export async function startAwsPeer(...answers: readonly [PeerAnswer, ...PeerAnswer[]]) {
  const requests: PeerRequest[] = [];
  const sockets: Socket[] = [];
  const gone = new Set<Socket>();
  const server = createServer((request, response) => {
    void take(request, response);
  });
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request);
    const { headers, url: path } = request;
    requests.push({ headers, path, body, connection: sockets.indexOf(request.socket) + 1 });
    const answer = answers[Math.min(requests.length, answers.length) - 1] ?? "silence";
    if (answer === "silence" || gone.has(request.socket)) return;
    if (answer === "reset") {
      request.socket.resetAndDestroy();
      return;
    }
    response.writeHead(answer.status, answer.headers ?? {});
    response.end(JSON.stringify(answer.body ?? {}));
  };
  server.on("connection", (socket) => sockets.push(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests: requests as readonly PeerRequest[],
    connections: () => sockets.length,
    /** Abandons every connection without ending it, so that the other side gets no signal. */
    leave: () => {
      for (const socket of sockets) gone.add(socket);
    },
    /** Ends every connection, like a peer during a sandbox's sleep. */
    hangUp: async () => {
      const closed = sockets
        .filter((socket) => !socket.destroyed)
        .map((each) => once(each, "close"));
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
