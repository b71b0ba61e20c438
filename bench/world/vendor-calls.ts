import type { IncomingMessage } from "node:http";
import { amojoChatIdOf } from "./messages.ts";

/** One call, in the order of arrival. */
export type VendorCall = {
  readonly vendor: "telegram" | "amojo" | "amocrm" | "bridge";
  /** The method of the Bot API, or the end of the path for the other two APIs. */
  readonly method: string;
  /** Chat and text of a message. */
  readonly chat: string;
  readonly text: string;
  readonly atMillis: number;
  /** Bytes of its head and its body. */
  readonly bytes: number;
};

/** Reads a call. Undefined for a call that the bridge must not make. */
export function describe(
  request: IncomingMessage,
  bytes: Buffer,
  atMillis: number,
): VendorCall | undefined {
  const path = (request.url ?? "").replace(/\?.*/, "");
  const base = { atMillis, bytes: headBytes(request) + bytes.length, chat: "", text: "" };
  if (path.startsWith("/file/bot")) return { ...base, vendor: "telegram", method: "file" };
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
  // The caretaker's checks of our own webhooks, which have the same address here.
  if (/^\/(telegram$|amocrm\/)/.test(path)) return { ...base, vendor: "bridge", method: "check" };
  // The caretaker's check of the host of customers' files.
  if (path.startsWith("/media/")) return { ...base, vendor: "bridge", method: "media" };
  return undefined;
}

function headBytes({ method = "", url = "", rawHeaders }: IncomingMessage): number {
  // Name and value each need two more bytes: colon and space, and the line's end.
  const fields = rawHeaders.reduce((sum, each) => sum + Buffer.byteLength(each) + 2, 0);
  return `${method} ${url} HTTP/1.1\r\n\r\n`.length + fields;
}

/** Telegram's answer to a bot that sends too fast. */
export const tooFast = JSON.stringify({
  ok: false,
  error_code: 429,
  description: "Too Many Requests: retry after 1",
  parameters: { retry_after: 1 },
});

/** A vendor's answer to a successful call. */
export function answerTo(
  { vendor, method, chat, text }: VendorCall,
  bytes: Buffer,
  {
    origin,
    history,
    hasPhotos,
  }: { origin: string; history: readonly object[]; hasPhotos: boolean },
): string | Buffer {
  switch (method) {
    case "sendMessage": {
      const of = { id: Number(chat), type: "private" };
      return ok({ message_id: 1, date: 1_700_000_000, chat: of, text });
    }
    case "getUserProfilePhotos": {
      const photos = hasPhotos ? [[{ ...photo, width: 320, height: 320 }]] : [];
      return ok({ total_count: photos.length, photos });
    }
    case "getWebhookInfo":
      return ok({ url: `${origin}/telegram`, pending_update_count: 0 });
    case "getFile":
      return ok({ ...photo, file_path: "photos/file_1.jpg" });
    case "file":
      return Buffer.alloc(photo.file_size);
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
      return vendor === "telegram" ? ok(true) : "";
  }
}

const photo = { file_id: "photo", file_unique_id: "photo", file_size: 20_000 };

function ok(result: unknown): string {
  return JSON.stringify({ ok: true, result });
}
