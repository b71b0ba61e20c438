import type { SimulatedAnswer } from "../../http.ts";
import { personObject } from "./account.ts";
import type { Account } from "./account.ts";
import { badData } from "./answers.ts";
import type { SimulatedAmocrmMessage } from "./types.ts";

const maxPage = 50;

/** `GET …/chats/{amojo chat id}/history`: newest first, 204 when there is no message. */
export function readHistory(
  account: Account,
  chatId: string,
  query: URLSearchParams,
): SimulatedAnswer {
  const limit = readCount(query, "limit", maxPage);
  const offset = readCount(query, "offset", 0);
  if (limit < 1 || limit > maxPage) throw badData(`limit: must be 1 to ${maxPage}`);
  const page = account.messages
    .filter((message) => message.chatId === chatId)
    .map((message, index) => ({ message, index }))
    .sort((a, b) => b.message.msecTimestamp - a.message.msecTimestamp || b.index - a.index)
    .slice(offset, offset + limit);
  if (page.length === 0) return { status: 204 };
  return { status: 200, body: { messages: page.map(({ message }) => historyItem(message)) } };
}

function readCount(query: URLSearchParams, name: string, usual: number): number {
  const text = query.get(name);
  if (text === null) return usual;
  if (!/^\d+$/.test(text)) throw badData(`${name}: must be a whole number`);
  return Number(text);
}

function historyItem(message: SimulatedAmocrmMessage): Record<string, unknown> {
  const { type, text, content, msgid } = message;
  return {
    timestamp: message.timestamp,
    msec_timestamp: message.msecTimestamp,
    sender: personObject(message.sender),
    ...(message.receiver === undefined ? {} : { receiver: personObject(message.receiver) }),
    message: {
      id: message.id,
      ...(msgid === undefined ? {} : { client_id: msgid }),
      media: "",
      thumbnail: "",
      file_name: "",
      file_size: 0,
      ...documented(content),
      type,
      text,
    },
  };
}

/** A history has less than a hook: no buttons, templates, quotes or forwards. */
function documented(content: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { media, thumbnail, file_name, file_size, media_group_id, location, contact } = content;
  const fields = { media, thumbnail, file_name, file_size, media_group_id, location, contact };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
