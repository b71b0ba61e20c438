import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { amojoChatIdOf } from "./messages.ts";

/** One call, in the order of arrival. */
export type VendorCall = {
  readonly vendor: "telegram" | "amojo" | "amocrm" | "bridge";
  /** The method of the Bot API, or the end of the path for the other two APIs. */
  readonly method: string;
  /** Chat and text of a message. */
  readonly chat: string;
  readonly text: string;
  /** Bytes of its head and its body. */
  readonly bytes: number;
};

/**
 * Telegram, the Chats API and the main API at one address. They accept everything after a fixed time,
 * with answers in their documented formats. They do not simulate refusals, except for the rate limit of
 * a bot in a sliding second.
 */
export async function startVendors({
  refusesFirstStatus = false,
  hasPhotos = false,
  history = () => [],
}: {
  /** Refuses the first report of each message's status. */
  readonly refusesFirstStatus?: boolean;
  /** Customers have profile photos. */
  readonly hasPhotos?: boolean;
  /** The messages of the chats' histories, in the form of the Chats API. */
  readonly history?: (chatId: string) => readonly object[];
} = {}) {
  const calls: VendorCall[] = [];
  const sentAtMillis: number[] = [];
  const reported = new Set<string>();
  const vendors = {
    url: "",
    /** The duration of each call. */
    latencyMillis: 0,
    /** Telegram's rate limit of a bot. */
    perSecond: Infinity,
    calls,
    /** The number of opened connections, and of messages beyond the rate limit. */
    connections: 0,
    limited: 0,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  const respond = async (request: IncomingMessage): Promise<{ status: number; body?: unknown }> => {
    const atMillis = performance.now();
    const bytes = await buffer(request);
    const { url = "" } = request;
    const json = bytes.length === 0 ? {} : (JSON.parse(bytes.toString("utf8")) as Sent);
    const called = calledBy(url.replace(/\?.*/, ""), json);
    const call = called && { ...called, bytes: headBytes(request) + bytes.length };
    if (call !== undefined) calls.push(call);
    const left = vendors.latencyMillis - (performance.now() - atMillis);
    if (left > 0) await sleep(left);
    if (call === undefined) return { status: 404 };
    const { method, chat } = call;
    if (method === "media") return { status: 403 };
    if (method === "delivery_status" && refusesFirstStatus && !reported.has(url)) {
      reported.add(url);
      return { status: 503 };
    }
    if (method === "sendMessage") {
      while ((sentAtMillis[0] ?? Infinity) < atMillis - 1000) sentAtMillis.shift();
      if (sentAtMillis.length >= vendors.perSecond) {
        calls.splice(calls.indexOf(call), 1);
        vendors.limited += 1;
        return { status: 429, body: tooFast };
      }
      sentAtMillis.push(atMillis);
    }
    const offset = Number(/offset=(\d+)/.exec(url)?.[1] ?? 0);
    const messages = method === "history" ? history(chat).slice(offset, offset + 50) : [];
    const photos = hasPhotos ? [[{ ...photo, width: 320, height: 320 }]] : [];
    return { status: 200, body: answerTo(call, { json, origin: vendors.url, messages, photos }) };
  };

  const server = createServer((request, response) => {
    respond(request).then(
      ({ status, body = "" }) => {
        const isReady = typeof body === "string" || Buffer.isBuffer(body);
        const bytes = isReady ? body : JSON.stringify(body);
        const headers = {
          "Content-Type": "application/json",
          "Content-Length": Buffer.byteLength(bytes),
        };
        response.writeHead(status, headers).end(bytes);
      },
      () => response.destroy(),
    );
  });
  server.keepAliveTimeout = 75_000;
  server.on("connection", () => (vendors.connections += 1));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  vendors.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return vendors;
}

/** The parts of a call's body that the bench reads. */
type Sent = {
  readonly chat_id?: string;
  readonly text?: string;
  readonly conversation_id?: string;
  readonly payload?: { readonly conversation_id: string; readonly message: { text: string } };
};

/** Reads a call. Undefined for a call that the bridge must not make. */
function calledBy(path: string, json: Sent): Omit<VendorCall, "bytes"> | undefined {
  const none = { chat: "", text: "" };
  if (path.startsWith("/file/bot")) return { vendor: "telegram", method: "file", ...none };
  if (path.startsWith("/bot")) {
    const { chat_id: chat = "", text = "" } = json;
    return { vendor: "telegram", method: path.split("/").at(-1) ?? "", chat, text };
  }
  const [isChats, rest = ""] = /^\/v2\/origin\/custom\/[^/]+(.*)$/.exec(path) ?? [];
  if (isChats !== undefined) {
    const [, chat = ""] = /^\/chats\/([^/]+)\/history$/.exec(rest) ?? [];
    if (rest !== "")
      return { vendor: "amojo", method: rest.split("/").at(-1) ?? "", ...none, chat };
    const { conversation_id: conversation = "", message } = json.payload ?? {};
    const text = message?.text ?? "";
    return { vendor: "amojo", method: "new_message", chat: conversation, text };
  }
  const api = "/api/v4/";
  if (path.startsWith(api)) return { vendor: "amocrm", method: path.slice(api.length), ...none };
  // The caretaker's checks of our own webhooks, which have the same address here.
  if (/^\/(telegram$|amocrm\/)/.test(path)) return { vendor: "bridge", method: "check", ...none };
  // The caretaker's check of the host of customers' files.
  if (path.startsWith("/media/")) return { vendor: "bridge", method: "media", ...none };
  return undefined;
}

function headBytes({ method = "", url = "", rawHeaders }: IncomingMessage): number {
  // Name and value each need two more bytes: colon and space, and the line's end.
  const fields = rawHeaders.reduce((sum, each) => sum + Buffer.byteLength(each) + 2, 0);
  return `${method} ${url} HTTP/1.1\r\n\r\n`.length + fields;
}

/** Telegram's answer to a bot that sends too fast. */
const tooFast = {
  ok: false,
  error_code: 429,
  description: "Too Many Requests: retry after 1",
  parameters: { retry_after: 1 },
};
const photo = { file_id: "photo", file_unique_id: "photo", file_size: 20_000 };

/** A vendor's answer to a successful call. */
function answerTo(
  { vendor, method, chat, text }: VendorCall,
  given: {
    readonly json: Sent;
    readonly origin: string;
    readonly messages: readonly object[];
    readonly photos: readonly object[];
  },
): unknown {
  const ok = (result: unknown) => ({ ok: true, result });
  switch (method) {
    case "sendMessage": {
      const of = { id: Number(chat), type: "private" };
      return ok({ message_id: 1, date: 1_700_000_000, chat: of, text });
    }
    case "getUserProfilePhotos":
      return ok({ total_count: given.photos.length, photos: given.photos });
    case "getWebhookInfo":
      return ok({ url: `${given.origin}/telegram`, pending_update_count: 0 });
    case "getFile":
      return ok({ ...photo, file_path: "photos/file_1.jpg" });
    case "file":
      return Buffer.alloc(photo.file_size);
    case "new_message": {
      const msgid = "8f1176d7-c357-42b0-b944-a15d537a27d3";
      const people = {
        sender_id: "1376265f-86df-4c49-a0c3-a4816df41af8",
        receiver_id: "123e4567-e89b-12d3-a456-426614174000",
      };
      return { new_message: { conversation_id: chat, ...people, msgid, ref_id: "bench" } };
    }
    case "chats": {
      const number = Number(given.json.conversation_id?.split("-").at(-1));
      return { id: amojoChatIdOf(number), user: { id: "1376265f-86df-4c49" } };
    }
    case "history":
      return { messages: given.messages };
    case "contacts":
      return { _embedded: { contacts: [{ id: 1 }] } };
    default:
      return vendor === "telegram" ? ok(true) : "";
  }
}
