import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { openServer, sendAnswer } from "../../local/http.ts";
import type { SimulatedAnswer } from "../../local/http.ts";
import { Rate } from "../../local/simulators/rate.ts";
import { createMainApi, mainApiMethod } from "./main-api.ts";
import { amojoChatIdOf } from "./names.ts";

/** One call, in the order of arrival. */
export type VendorCall = {
  /** `bridge` is the caretaker's check of our webhooks and files, which have the same address here. */
  readonly vendor: "telegram" | "amojo" | "amocrm" | "bridge";
  /** The method of the Bot API, the end of the Chats API's path, or `GET contacts/{id}` for the main API. */
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
 * a bot. The laptop's simulators check each call, which would take the sender's processor time.
 */
export async function startVendors({
  refusesFirstStatus = false,
  hasPhotos = false,
  history = () => [],
}: {
  /** Refuses the first report of each message's status. */
  readonly refusesFirstStatus?: boolean | undefined;
  /** Customers have profile photos. */
  readonly hasPhotos?: boolean | undefined;
  /** The messages of the chats' histories, in the form of the Chats API. */
  readonly history?: (chatId: string) => readonly object[];
} = {}) {
  const messageRate = new Rate();
  const reported = new Set<string>();
  const mainApi = createMainApi();
  const photo = { file_id: "photo", file_unique_id: "photo", file_size: 20_000 };

  const answerTo = ({ chat, method, text, vendor }: VendorCall, url: string, body: Body) => {
    switch (method) {
      case "sendMessage":
        return ok({ message_id: 1, date: 1, chat: { id: Number(chat), type: "private" }, text });
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
      case "new_message": {
        const msgid = "8f1176d7-c357-42b0-b944-a15d537a27d3";
        return { status: 200, body: { new_message: { msgid, conversation_id: chat } } };
      }
      case "chats": {
        const id = amojoChatIdOf(Number(body.conversation_id?.split("-").at(-1)));
        return { status: 200, body: { id, user: { id: "1376265f-86df-4c49" } } };
      }
      case "history": {
        const [, chatId = ""] = /chats\/([^/]+)/.exec(url) ?? [];
        const offset = Number(/offset=(\d+)/.exec(url)?.[1] ?? 0);
        return { status: 200, body: { messages: history(chatId).slice(offset, offset + 50) } };
      }
      case "delivery_status": {
        const isRefused = refusesFirstStatus && !reported.has(url);
        reported.add(url);
        return { status: isRefused ? 503 : 200 };
      }
      case "media":
        return { status: 403 };
      default:
        return vendor === "telegram" ? ok(true) : { status: 200 };
    }
  };
  const respond = async (request: IncomingMessage): Promise<SimulatedAnswer> => {
    const atMillis = performance.now();
    vendors.connections.add(request.socket);
    const bytes = await buffer(request);
    const { url = "" } = request;
    const body = bytes.length === 0 ? {} : (JSON.parse(bytes.toString()) as Body);
    const [path = ""] = url.split("?");
    const [known, vendor = "telegram", named] = paths.find(([pattern]) => pattern.test(path)) ?? [];
    const rest = known?.exec(path)?.[1] ?? "";
    const ofMainApi = vendor === "amocrm" ? mainApiMethod(request.method ?? "", rest) : undefined;
    const call = {
      vendor,
      method: named ?? ofMainApi ?? rest,
      chat: body.chat_id ?? body.payload?.conversation_id ?? "",
      text: body.text ?? body.payload?.message.text ?? "",
      bytes: headBytes(request) + bytes.length,
    };
    const isMessage = call.method === "sendMessage";
    const isTooFast = isMessage && !messageRate.hasRoom(atMillis, vendors.perSecond);
    if (isMessage && !isTooFast) messageRate.count(atMillis);
    if (isTooFast) vendors.limited += 1;
    else if (known !== undefined) vendors.calls.push(call);
    const left = vendors.latencyMillis - (performance.now() - atMillis);
    if (left > 0) await sleep(left);
    if (isTooFast) {
      return { status: 429, body: { ok: false, error_code: 429, parameters: { retry_after: 1 } } };
    }
    if (known === undefined) return { status: 404 };
    if (vendor !== "amocrm") return answerTo(call, url, body);
    return { status: 200, body: mainApi(request.method ?? "", rest, body) };
  };

  const server = await openServer((request, response) => {
    respond(request).then(
      (answer) => sendAnswer(response, answer),
      (error: unknown) => {
        console.error(String(error));
        response.destroy();
      },
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
    connections: new Set<object>(),
    close: server.close,
  };
  return vendors;
}

const ok = (result: unknown) => ({ status: 200, body: { ok: true, result } });

function headBytes({ method = "", url = "", rawHeaders }: IncomingMessage): number {
  // Name and value each need two more bytes: colon and space, and the line's end.
  const fields = rawHeaders.reduce((sum, each) => sum + Buffer.byteLength(each) + 2, 0);
  return `${method} ${url} HTTP/1.1\r\n\r\n`.length + fields;
}
