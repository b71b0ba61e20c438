import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { amojoChatIdOf } from "./messages.ts";

/** One call as it came in, in the order in which the calls came. */
export type VendorCall = {
  readonly vendor: "telegram" | "amojo" | "amocrm";
  /** Method of the Bot API, or what the path of the other two ends with. */
  readonly method: string;
  /** Chat and text of a message. */
  readonly chat: string;
  readonly text: string;
  readonly atMillis: number;
  readonly bytes: number;
};

/** Telegram, the Chats API and the main API at one address. */
export type Vendors = {
  readonly url: string;
  /** How long each call takes. */
  latencyMillis: number;
  readonly calls: VendorCall[];
  /** How many connections were opened to them. */
  connections(): number;
  close(): Promise<void>;
};

/**
 * Vendors that say yes to everything after a fixed time, in the shapes of their documentation. What
 * they refuse is the simulators' matter, not the bench's; `perSecond` alone is Telegram's limit of a
 * bot, counted in whole seconds as a sliding window.
 */
export async function startVendors(options: {
  readonly latencyMillis: number;
  readonly perSecond?: number;
  /** The first report of each message's status is refused for the moment. */
  readonly refusesFirstStatus?: boolean;
  /** What the chats' histories hold, as the Chats API tells it. */
  readonly history?: (chatId: string) => readonly object[];
}): Promise<Vendors> {
  const calls: VendorCall[] = [];
  const sentAtMillis: number[] = [];
  const reported = new Set<string>();
  let connections = 0;

  const respond = async (request: IncomingMessage): Promise<{ status: number; body: string }> => {
    const atMillis = performance.now();
    const bytes = await buffer(request);
    const call = describe(request, bytes, atMillis);
    if (call !== undefined) calls.push(call);
    const { perSecond } = options;
    const left = vendors.latencyMillis - (performance.now() - atMillis);
    if (left > 0) await sleep(left);
    if (call === undefined) return { status: 404, body: "" };
    if (call.method === "delivery_status" && options.refusesFirstStatus === true) {
      const isFirst = !reported.has(request.url ?? "");
      reported.add(request.url ?? "");
      if (isFirst) return { status: 503, body: "" };
    }
    if (call.method === "sendMessage" && perSecond !== undefined) {
      while ((sentAtMillis[0] ?? Infinity) < atMillis - 1000) sentAtMillis.shift();
      if (sentAtMillis.length >= perSecond) {
        calls.splice(calls.indexOf(call), 1);
        return { status: 429, body: tooFast };
      }
      sentAtMillis.push(atMillis);
    }
    const offset = Number(/offset=(\d+)/.exec(request.url ?? "")?.[1] ?? 0);
    const history = options.history?.(call.chat).slice(offset, offset + 50) ?? [];
    return { status: 200, body: answerTo(call, bytes, history) };
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
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return vendors;
}

const tooFast = JSON.stringify({
  ok: false,
  error_code: 429,
  description: "Too Many Requests: retry after 1",
  parameters: { retry_after: 1 },
});

function describe(
  request: IncomingMessage,
  bytes: Buffer,
  atMillis: number,
): VendorCall | undefined {
  const path = (request.url ?? "").replace(/\?.*/, "");
  const base = { atMillis, bytes: bytes.length, chat: "", text: "" };
  if (path.startsWith("/bot")) {
    const { chat_id: chat = "", text = "" } = JSON.parse(bytes.toString("utf8")) as {
      chat_id?: string;
      text?: string;
    };
    return { ...base, vendor: "telegram", method: path.split("/").at(-1) ?? "", chat, text };
  }
  const chats = /^\/v2\/origin\/custom\/[^/]+(.*)$/.exec(path);
  if (chats !== null) {
    const method = chats[1] === "" ? "new_message" : (chats[1]?.split("/").at(-1) ?? "");
    const [, chatId = ""] = /^\/chats\/([^/]+)\/history$/.exec(chats[1] ?? "") ?? [];
    if (method !== "new_message") return { ...base, vendor: "amojo", method, chat: chatId };
    const { payload } = JSON.parse(bytes.toString("utf8")) as {
      payload: { conversation_id: string; message: { text: string } };
    };
    return {
      ...base,
      vendor: "amojo",
      method,
      chat: payload.conversation_id,
      text: payload.message.text,
    };
  }
  if (path.startsWith("/api/v4/"))
    return { ...base, vendor: "amocrm", method: path.slice("/api/v4/".length) };
  return undefined;
}

function answerTo(
  { vendor, method, chat, text }: VendorCall,
  bytes: Buffer,
  history: readonly object[],
): string {
  if (vendor === "telegram") {
    const result = {
      message_id: 1,
      date: 1_700_000_000,
      chat: { id: Number(chat), type: "private" },
      text,
    };
    return JSON.stringify({ ok: true, result: method === "sendMessage" ? result : true });
  }
  switch (method) {
    case "new_message":
      return JSON.stringify({
        new_message: {
          conversation_id: chat,
          sender_id: "1376265f-86df-4c49-a0c3-a4816df41af8",
          receiver_id: "123e4567-e89b-12d3-a456-426614174000",
          msgid: "8f1176d7-c357-42b0-b944-a15d537a27d3",
          ref_id: "bench",
        },
      });
    case "chats": {
      const { conversation_id: id } = JSON.parse(bytes.toString("utf8")) as {
        conversation_id: string;
      };
      const number = Number(id.split("-").at(-1));
      return JSON.stringify({ id: amojoChatIdOf(number), user: { id: "1376265f-86df-4c49" } });
    }
    case "history":
      return JSON.stringify({ messages: history });
    case "contacts":
      return JSON.stringify({ _embedded: { contacts: [{ id: 1 }] } });
    default:
      return "";
  }
}
