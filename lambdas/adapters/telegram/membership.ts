import * as z from "zod/mini";
import { conversationIdOf } from "../../model/ids.ts";
import { outside } from "./elsewhere.ts";
import { ignored, isPrivate, misread } from "./update.ts";
import type { Decode } from "./update.ts";
import * as wire from "./wire.ts";

/**
 * A `my_chat_member` update: the customer blocked the bot or took it back, or somebody brought it
 * into a group or channel, which is told that the bot does not serve there.
 */
export const decodeMembership: Decode = (subject, origin) => {
  const parsed = z.safeParse(wire.chatMemberUpdated, subject);
  if (!parsed.success) return misread(origin.type, parsed.error);
  const { chat, from, date, new_chat_member: member } = parsed.data;
  const isOut = member.status === "kicked" || member.status === "left";
  if (!isPrivate(chat) && chat["is_direct_messages"] === true) return ignored(origin.type);
  if (!isPrivate(chat)) return isOut ? ignored(origin.type) : outside(chat, from, origin);
  return {
    kind: "membership",
    conversationId: conversationIdOf(origin.botId, String(chat.id)),
    reach: member.status === "kicked" ? "blocked" : "reachable",
    changedAtSeconds: date,
  };
};
