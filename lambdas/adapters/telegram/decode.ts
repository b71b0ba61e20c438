import type { TelegramEvent } from "../../model/message.ts";
import { isObject, parseObject } from "../untrusted.ts";
import { notByPerson } from "./author.ts";
import { decodeBusinessConnection, decodeBusinessMessage, decodeChannelPost } from "./elsewhere.ts";
import { decodeMembership } from "./membership.ts";
import { decodeEdit, decodeMessage } from "./decode-message.ts";
import { decodePress } from "./press.ts";
import { decodeReaction } from "./reaction.ts";
import { decodeUnknown } from "./unknown.ts";
import { plainKind } from "./kinds.ts";
import { ignored, notUnderstood } from "./update.ts";
import type { Decode } from "./update.ts";

const decoders: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ["message", decodeMessage],
  ["edited_message", decodeEdit],
  ["callback_query", decodePress],
  ["message_reaction", decodeReaction],
  ["my_chat_member", decodeMembership],
  ["channel_post", decodeChannelPost],
  ["edited_channel_post", decodeChannelPost],
  ["business_connection", decodeBusinessConnection],
  ["business_message", decodeBusinessMessage],
  ["edited_business_message", decodeBusinessMessage],
]);

/**
 * Updates that nobody wrote to the bot: states and counts (`poll`, `message_reaction_count`), typing
 * into somebody's search field (`inline_query`, `chosen_inline_result`), the doings of members among
 * themselves (`chat_member`, `chat_join_request`, boosts), deletions, which amoCRM cannot show, an end of
 * typing that the bridge never begins, and questions to a guest, who cannot answer by a message.
 */
const nobodysWords = new Set([
  "poll",
  "message_reaction_count",
  "inline_query",
  "chosen_inline_result",
  "chat_member",
  "chat_join_request",
  "chat_boost",
  "removed_chat_boost",
  "deleted_business_messages",
  "stopped_message_generation",
  "guest_message",
]);

/**
 * Reads an update: what a customer did, where somebody wrote that is not served, nothing to show, or
 * not an update at all. Never throws; whatever a person did in a private chat becomes an event, of
 * unknown kinds too. Fields that are unknown or of an odd type refuse nothing.
 */
export function decodeUpdate(body: Uint8Array, botId: string): TelegramEvent {
  const update = parseObject(body);
  const updateId = update?.["update_id"];
  if (update === undefined || !Number.isSafeInteger(updateId)) return notUnderstood("update_id");
  const fields = Object.entries(update).filter(([name]) => name !== "update_id");
  const objects = fields.filter(([, value]) => isObject(value));
  const [type, subject] = objects.find(([name]) => decoders.has(name)) ?? objects[0] ?? [];
  if (type === undefined || !isObject(subject)) {
    const odd = fields[0]?.[0];
    return odd === undefined ? ignored("the update") : notUnderstood(plainKind(odd));
  }
  if (nobodysWords.has(type)) return ignored(type);
  const origin = { botId, updateId: Number(updateId), type };
  return notByPerson(subject, origin) ?? (decoders.get(type) ?? decodeUnknown)(subject, origin);
}
