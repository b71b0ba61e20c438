import { chatNameOf, directChatWith } from "./chat-name.ts";
import { isObject, parseObject, plainId, sha256, valueAt } from "../untrusted.ts";

/**
 * Event id and queue group of an update, from the body alone and for any body: a body that is no
 * update gets the hash of its bytes and the group `odd`.
 */
export function identifyUpdate(body: Uint8Array, botId: string): { id: string; group: string } {
  const update = parseObject(body);
  const updateId = update?.["update_id"];
  if (update === undefined || !Number.isSafeInteger(updateId)) {
    return { id: sha256(body), group: "odd" };
  }
  const subject = Object.entries(update).find(
    ([name, value]) => name !== "update_id" && isObject(value),
  )?.[1];
  const chat = chatOf(subject);
  return {
    id: plainId(`tg:${botId}:${String(updateId)}`),
    group: plainId(chat === undefined ? `tg-${botId}` : `tg-${botId}-${chat}`),
  };
}

/** The chat of an update's object, or the person where there is no chat. */
function chatOf(subject: unknown): string | undefined {
  for (const [place, holder] of [
    ["chat", subject],
    ["chat", valueAt(subject, "message")],
    ["from", subject],
    ["user", subject],
  ] as const) {
    const id = valueAt(holder, place, "id");
    if (!Number.isSafeInteger(id)) continue;
    const name = chatNameOf(Number(id), holder);
    if (name !== String(id)) return name;
    const author = holder === subject ? valueAt(holder, "user") : valueAt(subject, "from");
    return directChatWith(valueAt(holder, place), valueAt(author, "id")) ?? name;
  }
  return undefined;
}
