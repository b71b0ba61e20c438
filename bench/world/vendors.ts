import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { answerTo, describe, tooFast } from "./vendor-calls.ts";
import type { VendorCall } from "./vendor-calls.ts";

/** Telegram, the Chats API and the main API at one address. */
export type Vendors = {
  readonly url: string;
  /** The duration of each call. */
  latencyMillis: number;
  /** Telegram's rate limit of a bot, if it applies. */
  perSecond?: number;
  readonly calls: VendorCall[];
  /** The number of opened connections. */
  connections(): number;
  /** The number of messages beyond the bot's rate limit. */
  limited(): number;
  close(): Promise<void>;
};

/**
 * Vendors that accept everything after a fixed time, with answers in their documented formats. They do
 * not simulate refusals, except for the rate limit `perSecond` in a sliding second.
 */
export async function startVendors(options: {
  readonly latencyMillis: number;
  /** Refuses the first report of each message's status. */
  readonly refusesFirstStatus?: boolean;
  /** Customers have profile photos. */
  readonly hasPhotos?: boolean;
  /** The messages of the chats' histories, in the form of the Chats API. */
  readonly history?: (chatId: string) => readonly object[];
}): Promise<Vendors> {
  const calls: VendorCall[] = [];
  const sentAtMillis: number[] = [];
  const reported = new Set<string>();
  let connections = 0;
  let limited = 0;

  const respond = async (
    request: IncomingMessage,
  ): Promise<{ status: number; body: string | Buffer }> => {
    const atMillis = performance.now();
    const bytes = await buffer(request);
    const call = describe(request, bytes, atMillis);
    if (call !== undefined) calls.push(call);
    const { hasPhotos = false } = options;
    const { perSecond } = vendors;
    const left = vendors.latencyMillis - (performance.now() - atMillis);
    if (left > 0) await sleep(left);
    if (call === undefined) return { status: 404, body: "" };
    if (call.method === "media") return { status: 403, body: "" };
    if (call.method === "delivery_status" && options.refusesFirstStatus === true) {
      const isFirst = !reported.has(request.url ?? "");
      reported.add(request.url ?? "");
      if (isFirst) return { status: 503, body: "" };
    }
    if (call.method === "sendMessage" && perSecond !== undefined) {
      while ((sentAtMillis[0] ?? Infinity) < atMillis - 1000) sentAtMillis.shift();
      if (sentAtMillis.length >= perSecond) {
        calls.splice(calls.indexOf(call), 1);
        limited += 1;
        return { status: 429, body: tooFast };
      }
      sentAtMillis.push(atMillis);
    }
    const offset = Number(/offset=(\d+)/.exec(request.url ?? "")?.[1] ?? 0);
    const history = options.history?.(call.chat).slice(offset, offset + 50) ?? [];
    return {
      status: 200,
      body: answerTo(call, bytes, { origin: vendors.url, history, hasPhotos }),
    };
  };

  const server = createServer((request, response) => {
    respond(request).then(
      ({ status, body }) => {
        const headers = {
          "Content-Type": "application/json",
          "Content-Length": Buffer.byteLength(body),
        };
        response.writeHead(status, headers).end(body);
      },
      () => response.destroy(),
    );
  });
  server.keepAliveTimeout = 75_000;
  server.on("connection", () => (connections += 1));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const vendors: Vendors = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    latencyMillis: options.latencyMillis,
    calls,
    connections: () => connections,
    limited: () => limited,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return vendors;
}
