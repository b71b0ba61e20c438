import { isObject, parseObject, plainId, sha256, valueAt } from "../../http/untrusted.ts";
import { directChatOf } from "../../model/ids.ts";

/** The event id and the queue group, from any body. One that is no update gets the hash of its bytes. */
export function identifyUpdate(body: Uint8Array, botId: string): { id: string; group: string } {
  const update = parseObject(body);
  const updateId = update?.["update_id"];
  if (update === undefined || !Number.isSafeInteger(updateId)) {
    return { id: sha256(body), group: "unidentified" };
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

/** The chat of an update's object; the person when there is no chat. */
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

/**
 * Our name for the chat of a message: its id. The direct messages of a channel are one chat for all who
 * write there. There the name is the chat's id with the topic's id.
 * @see https://core.telegram.org/bots/api#directmessagestopic
 */
export function chatNameOf(chatId: number, message: unknown): string {
  const topic = valueAt(message, "direct_messages_topic", "topic_id");
  const isDirect = chatId < 0 && Number.isSafeInteger(topic) && Number(topic) > 0;
  return isDirect ? directChatOf(String(chatId), String(topic)) : String(chatId);
}

/**
 * Our name for the chat of a direct message when Telegram does not give the topic. Only the person who
 * acted on the message is known, and a person's topic has the person's id. Undefined for a chat of
 * another kind.
 */
export function directChatWith(chat: unknown, personId: unknown): string | undefined {
  const isDirect = valueAt(chat, "is_direct_messages") === true;
  const topic = { direct_messages_topic: { topic_id: personId } };
  const chatId = Number(valueAt(chat, "id"));
  const name = isDirect ? chatNameOf(chatId, topic) : String(chatId);
  return name === String(chatId) ? undefined : name;
}
