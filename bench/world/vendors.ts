import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { openServer, sendAnswer } from "../../local/http.ts";
import type { SimulatedAnswer } from "../../local/http.ts";
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

/** The vendors' paths, with the methods whose names are not in the path. */
const paths: readonly (readonly [RegExp, VendorCall["vendor"], string?])[] = [
  [/^\/file\/bot/, "telegram", "file"],
  [/^\/bot[^/]+\/(.+)$/, "telegram"],
  [/^\/v2\/origin\/custom\/[^/]+$/, "amojo", "new_message"],
  [/^\/v2\/origin\/custom\/.*\/([^/]+)$/, "amojo"],
  [/^\/api\/v4\/(.*)$/, "amocrm"],
  [/^\/(?:telegram$|amocrm\/)/, "bridge", "check"],
  [/^\/media\//, "bridge", "media"],
];

/** The parts of a call's body that the bench reads. */
type Body = {
  readonly chat_id?: string;
  readonly text?: string;
  readonly conversation_id?: string;
  readonly payload?: { readonly conversation_id: string; readonly message: { text: string } };
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
  const connections = new Set<object>();

  const answerTo = (call: VendorCall, url: string, body: Body): SimulatedAnswer => {
    const { chat, method, text, vendor } = call;
    switch (method) {
      case "sendMessage":
        return ok({ ...sent, chat: { id: Number(chat), type: "private" }, text });
      case "getFile":
        return ok({ ...photo, file_path: "photos/file_1.jpg" });
      case "file":
        return { status: 200, body: Buffer.alloc(photo.file_size) };
      case "getUserProfilePhotos": {
        const photos = hasPhotos ? [[{ ...photo, width: 320, height: 320 }]] : [];
        return ok({ total_count: photos.length, photos });
      }
      case "getWebhookInfo":
        return ok({ url: `${vendors.url}/telegram`, pending_update_count: 0 });
      case "new_message":
        return { status: 200, body: { new_message: { conversation_id: chat, ...shown } } };
      case "chats": {
        const number = Number(body.conversation_id?.split("-").at(-1));
        const user = { id: "1376265f-86df-4c49" };
        return { status: 200, body: { id: amojoChatIdOf(number), user } };
      }
      case "history": {
        const [, chatId = ""] = /chats\/([^/]+)/.exec(url) ?? [];
        const offset = Number(/offset=(\d+)/.exec(url)?.[1] ?? 0);
        const messages = history(chatId).slice(offset, offset + 50);
        return { status: 200, body: { messages } };
      }
      case "delivery_status": {
        const isRefused = refusesFirstStatus && !reported.has(url);
        reported.add(url);
        return { status: isRefused ? 503 : 200 };
      }
      case "contacts":
        return { status: 200, body: { _embedded: { contacts: [{ id: 1 }] } } };
      case "media":
        return { status: 403 };
      default:
        return vendor === "telegram" ? ok(true) : { status: 200 };
    }
  };
  const respond = async (request: IncomingMessage): Promise<SimulatedAnswer> => {
    const atMillis = performance.now();
    connections.add(request.socket);
    const bytes = await buffer(request);
    const { url = "" } = request;
    const body = bytes.length === 0 ? {} : (JSON.parse(bytes.toString("utf8")) as Body);
    const [path = ""] = url.split("?");
    const [known, vendor = "telegram", named] = paths.find(([pattern]) => pattern.test(path)) ?? [];
    const call = {
      vendor,
      method: named ?? known?.exec(path)?.[1] ?? "",
      chat: body.chat_id ?? body.payload?.conversation_id ?? "",
      text: body.text ?? body.payload?.message.text ?? "",
      bytes: headBytes(request) + bytes.length,
    };
    while ((sentAtMillis[0] ?? Infinity) < atMillis - 1000) sentAtMillis.shift();
    const isSent = call.method === "sendMessage";
    const isTooFast = isSent && sentAtMillis.length >= vendors.perSecond;
    if (isSent && !isTooFast) sentAtMillis.push(atMillis);
    if (isTooFast) vendors.limited += 1;
    else if (known !== undefined) vendors.calls.push(call);
    const left = vendors.latencyMillis - (performance.now() - atMillis);
    if (left > 0) await sleep(left);
    if (known === undefined) return { status: 404 };
    return isTooFast ? { status: 429, body: tooFast } : answerTo(call, url, body);
  };

  const server = await openServer((request, response) => {
    respond(request).then(
      (answer) => sendAnswer(response, answer),
      () => response.destroy(),
    );
  });
  const vendors = {
    url: server.origin,
    /** The duration of each call. */
    latencyMillis: 0,
    /** Telegram's rate limit of a bot. */
    perSecond: Infinity,
    calls: [] as VendorCall[],
    /** The number of messages beyond the rate limit. */
    limited: 0,
    /** The opened connections. */
    connections: connections as ReadonlySet<object>,
    close: server.close,
  };
  return vendors;
}

function headBytes({ method = "", url = "", rawHeaders }: IncomingMessage): number {
  // Name and value each need two more bytes: colon and space, and the line's end.
  const fields = rawHeaders.reduce((sum, each) => sum + Buffer.byteLength(each) + 2, 0);
  return `${method} ${url} HTTP/1.1\r\n\r\n`.length + fields;
}

/** Telegram's answer to a bot that sends too fast. */
const tooFast = { ok: false, error_code: 429, parameters: { retry_after: 1 } };
const sent = { message_id: 1, date: 1_700_000_000 };
const photo = { file_id: "photo", file_unique_id: "photo", file_size: 20_000 };
/** amojo's ids of a new message. */
const shown = {
  sender_id: "1376265f-86df-4c49-a0c3-a4816df41af8",
  receiver_id: "123e4567-e89b-12d3-a456-426614174000",
  msgid: "8f1176d7-c357-42b0-b944-a15d537a27d3",
  ref_id: "bench",
};
const ok = (result: unknown): SimulatedAnswer => ({ status: 200, body: { ok: true, result } });
