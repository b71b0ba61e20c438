import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { amojoChatIdOf } from "./messages.ts";

/** One call, in the order of arrival. */
export type VendorCall = {
  /** `bridge` is the caretaker's check of our webhooks and files, which have the same address here. */
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
  const sentAtMillis: number[] = [];
  const reported = new Set<string>();

  const respond = async (request: IncomingMessage): Promise<{ status: number; body?: unknown }> => {
    const atMillis = performance.now();
    const bytes = await buffer(request);
    const { url = "" } = request;
    const json = bytes.length === 0 ? {} : (JSON.parse(bytes.toString("utf8")) as Sent);
    const called = calledBy(url.replace(/\?.*/, ""), json);
    const call = called && { ...called, bytes: headBytes(request) + bytes.length };
    if (call !== undefined) vendors.calls.push(call);
    const left = vendors.latencyMillis - (performance.now() - atMillis);
    if (left > 0) await sleep(left);
    if (call === undefined) return { status: 404 };
    switch (call.method) {
      case "media":
        return { status: 403 };
      case "delivery_status":
        if (!refusesFirstStatus || reported.has(url)) break;
        reported.add(url);
        return { status: 503 };
      case "sendMessage":
        while ((sentAtMillis[0] ?? Infinity) < atMillis - 1000) sentAtMillis.shift();
        if (sentAtMillis.length >= vendors.perSecond) {
          vendors.calls.splice(vendors.calls.indexOf(call), 1);
          vendors.limited += 1;
          return { status: 429, body: tooFast };
        }
        sentAtMillis.push(atMillis);
        break;
      case "getUserProfilePhotos": {
        const photos = hasPhotos ? [[{ ...photo, width: 320, height: 320 }]] : [];
        return ok({ total_count: photos.length, photos });
      }
      case "getWebhookInfo":
        return ok({ url: `${vendors.url}/telegram`, pending_update_count: 0 });
      case "history": {
        const offset = Number(/offset=(\d+)/.exec(url)?.[1] ?? 0);
        return { status: 200, body: { messages: history(call.chat).slice(offset, offset + 50) } };
      }
    }
    return answerTo(call, json);
  };

  const server = createServer((request, response) => {
    respond(request).then(
      ({ status, body = "" }) => {
        const isReady = body === "" || Buffer.isBuffer(body);
        const bytes = isReady ? body : JSON.stringify(body);
        const length = Buffer.byteLength(bytes);
        const headers = { "Content-Type": "application/json", "Content-Length": length };
        response.writeHead(status, headers).end(bytes);
      },
      () => response.destroy(),
    );
  });
  server.keepAliveTimeout = 75_000;
  server.on("connection", () => (vendors.connections += 1));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const vendors = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The duration of each call. */
    latencyMillis: 0,
    /** Telegram's rate limit of a bot. */
    perSecond: Infinity,
    calls: [] as VendorCall[],
    /** The number of opened connections, and of messages beyond the rate limit. */
    connections: 0,
    limited: 0,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
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
  const last = path.split("/").at(-1) ?? "";
  if (path.startsWith("/bot")) {
    return { vendor: "telegram", method: last, chat: json.chat_id ?? "", text: json.text ?? "" };
  }
  const [isChats, rest = ""] = /^\/v2\/origin\/custom\/[^/]+(.*)$/.exec(path) ?? [];
  if (isChats !== undefined && rest === "") {
    const { conversation_id: chat = "", message } = json.payload ?? {};
    return { vendor: "amojo", method: "new_message", chat, text: message?.text ?? "" };
  }
  if (isChats !== undefined) {
    const [, chat = ""] = /^\/chats\/([^/]+)\/history$/.exec(rest) ?? [];
    return { vendor: "amojo", method: last, chat, text: "" };
  }
  const [, main] = /^\/api\/v4\/(.*)$/.exec(path) ?? [];
  if (main !== undefined) return { vendor: "amocrm", method: main, ...none };
  if (/^\/(telegram$|amocrm\/)/.test(path)) return { vendor: "bridge", method: "check", ...none };
  return path.startsWith("/media/") ? { vendor: "bridge", method: "media", ...none } : undefined;
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
const ok = (result: unknown) => ({ status: 200, body: { ok: true, result } });

/** A vendor's answer to a successful call that depends only on the call. */
function answerTo({ vendor, method, chat, text }: VendorCall, json: Sent) {
  switch (method) {
    case "sendMessage": {
      const of = { id: Number(chat), type: "private" };
      return ok({ message_id: 1, date: 1_700_000_000, chat: of, text });
    }
    case "getFile":
      return ok({ ...photo, file_path: "photos/file_1.jpg" });
    case "file":
      return { status: 200, body: Buffer.alloc(photo.file_size) };
    case "new_message": {
      const ids = {
        sender_id: "1376265f-86df-4c49-a0c3-a4816df41af8",
        receiver_id: "123e4567-e89b-12d3-a456-426614174000",
        msgid: "8f1176d7-c357-42b0-b944-a15d537a27d3",
      };
      const answer = { conversation_id: chat, ...ids, ref_id: "bench" };
      return { status: 200, body: { new_message: answer } };
    }
    case "chats": {
      const number = Number(json.conversation_id?.split("-").at(-1));
      const user = { id: "1376265f-86df-4c49" };
      return { status: 200, body: { id: amojoChatIdOf(number), user } };
    }
    case "contacts":
      return { status: 200, body: { _embedded: { contacts: [{ id: 1 }] } } };
    default:
      return vendor === "telegram" ? ok(true) : { status: 200 };
  }
}
