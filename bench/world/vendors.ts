import type { SimulatedAnswer } from "../../local/http.ts";
import { amojoChatIdOf } from "./names.ts";

/** The calls of the vendors by their paths. The caretaker's checks of our own addresses are `bridge …`. */
const paths: readonly (readonly [RegExp, string])[] = [
  [/^\/file\/bot.*/, "telegram file"],
  [/^\/bot[^/]+\/(.+)$/, "telegram $1"],
  [/^\/v2\/origin\/custom\/[^/]+$/, "amojo new_message"],
  [/^\/v2\/origin\/custom\/.*\/([^/]+)$/, "amojo $1"],
  [/^\/api\/v4\/(.*)$/, "amocrm {method} $1"],
  [/^\/(?:telegram$|amocrm\/).*/, "bridge check"],
  [/^\/media\/.*/, "bridge media"],
];

/** The ids in the paths of amoCRM's main API. */
const ids = /\b\d+\b/g;

/** A call without ids and parameters: `telegram sendMessage`, `amocrm GET contacts/{id}`. */
export function nameOfCall(method: string, path: string): string {
  const [pattern, name] = paths.find(([known]) => known.test(path)) ?? [];
  if (pattern === undefined) throw new Error(`The bench does not know ${method} ${path}.`);
  return path
    .replace(pattern, name ?? "")
    .replace("{method}", method)
    .replaceAll(ids, "{id}");
}

/** The parts of a call's body that the bench reads. */
export type VendorBody = {
  readonly chat_id?: string;
  readonly text?: string;
  readonly conversation_id?: string;
  readonly payload?: { readonly conversation_id: string; readonly message: { text: string } };
  readonly contact_id?: number;
  readonly _embedded?: { readonly contacts: readonly { readonly id: number }[] };
};

export type VendorOptions = {
  /** Refuses the first report of each message's status. */
  readonly refusesFirstStatus?: boolean | undefined;
  /** Customers have profile photos. */
  readonly hasPhotos?: boolean | undefined;
};

/**
 * The answers of Telegram and of amoCRM's two APIs in their documented formats. They accept everything: the
 * laptop's simulators check each call, which would take the sender's processor time. Every lead stays
 * open, and a contact keeps its leads, so that a customer who comes back has one.
 */
export function createVendors({ refusesFirstStatus = false, hasPhotos = false }: VendorOptions) {
  /** The messages of a chat by amoCRM's id of the chat, the newest first. */
  const histories = new Map<string, readonly object[]>();
  const reported = new Set<string>();
  const leadsOf = new Map<number, { id: number }[]>();
  let lastId = 20_000_000;
  const photo = { file_id: "photo", file_unique_id: "photo", file_size: 20_000 };

  const answer = (name: string, url: URL, given: VendorBody): SimulatedAnswer => {
    const { chat_id, contact_id, payload, text } = given;
    const id = Number(url.pathname.match(ids)?.[0]);
    switch (name) {
      case "telegram sendMessage":
        return ok({ message_id: 1, date: 1, chat: { id: Number(chat_id), type: "private" }, text });
      case "telegram getFile":
        return ok({ ...photo, file_path: "photos/file_1.jpg" });
      case "telegram file":
        return json(Buffer.alloc(photo.file_size));
      case "telegram getUserProfilePhotos": {
        const photos = hasPhotos ? [[{ ...photo, width: 320, height: 320 }]] : [];
        return ok({ total_count: photos.length, photos });
      }
      case "telegram getWebhookInfo":
        return ok({ url: `${url.origin}/telegram`, pending_update_count: 0 });
      case "amojo new_message": {
        const { conversation_id } = payload ?? {};
        const msgid = "8f1176d7-c357-42b0-b944-a15d537a27d3";
        return json({ new_message: { msgid, conversation_id } });
      }
      case "amojo chats": {
        const chat = Number(given.conversation_id?.split("-").at(-1));
        return json({ id: amojoChatIdOf(chat), user: { id: "1376265f-86df-4c49" } });
      }
      case "amojo history": {
        const [, chatId = ""] = /chats\/([^/]+)/.exec(url.pathname) ?? [];
        const offset = Number(url.searchParams.get("offset"));
        return json({ messages: histories.get(chatId)?.slice(offset, offset + 50) ?? [] });
      }
      case "amojo delivery_status": {
        const isRefused = refusesFirstStatus && !reported.has(url.pathname);
        reported.add(url.pathname);
        return { status: isRefused ? 503 : 200 };
      }
      case "bridge media":
        return { status: 403 };
      case "amocrm POST contacts":
        return json({ _embedded: { contacts: [{ id: (lastId += 1) }] } });
      case "amocrm POST contacts/chats":
        return json({ _embedded: { chats: [{ id: 1, chat_id, contact_id }] } });
      case "amocrm GET contacts/{id}":
        return json({ id, name: "Анна", _embedded: { leads: leadsOf.get(id) ?? [] } });
      case "amocrm PATCH contacts/{id}":
        return json({ id, updated_at: 1 });
      case "amocrm GET leads/{id}":
        return json({ id, status_id: 58_123_456, is_deleted: false });
      case "amocrm POST leads": {
        const lead = { id: (lastId += 1) };
        for (const contact of given._embedded?.contacts ?? []) {
          leadsOf.set(contact.id, [...(leadsOf.get(contact.id) ?? []), lead]);
        }
        return json({ _embedded: { leads: [lead] } });
      }
      default:
        if (name.startsWith("amocrm")) throw new Error(`The bench does not know ${name}.`);
        return name.startsWith("telegram") ? ok(true) : { status: 200 };
    }
  };
  return { answer, histories };
}

const json = (body: object) => ({ status: 200, body });
const ok = (result: unknown) => json({ ok: true, result });
