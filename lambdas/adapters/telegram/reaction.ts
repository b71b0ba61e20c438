import * as z from "zod/mini";
import { conversationIdOf } from "../../model/ids.ts";
import { isObject } from "../untrusted.ts";
import { directChatWith } from "./chat-name.ts";
import { plainKind } from "./kinds.ts";
import { customerOf } from "./customer.ts";
import { ignored, isPrivate, misread } from "./update.ts";
import type { Decode } from "./update.ts";
import * as wire from "./wire.ts";

/** A `message_reaction` update: what came and what went between Telegram's two lists. */
export const decodeReaction: Decode = (subject, origin) => {
  const parsed = z.safeParse(wire.messageReaction, subject);
  if (!parsed.success) return misread(origin.type, parsed.error);
  const { chat, user, message_id: messageId, date = 0 } = parsed.data;
  // Of direct messages to a channel no topic is told with a reaction.
  const guessed = directChatWith(chat, user?.id);
  if (!isPrivate(chat) && guessed === undefined) return ignored(origin.type);
  const before = reactionsIn(parsed.data["old_reaction"]);
  const after = reactionsIn(parsed.data["new_reaction"]);
  const added = without(after, before);
  const removed = without(before, after);
  if (added.length === 0 && removed.length === 0) return ignored(origin.type);
  const chatId = guessed ?? String(chat.id);
  return {
    kind: "reaction",
    conversationId: conversationIdOf(origin.botId, chatId),
    chatId,
    customer: customerOf(user, guessed === undefined || user === undefined ? chat : user),
    ...(guessed === undefined ? {} : { isTopicGuessed: true as const }),
    telegramMessageId: String(messageId),
    atSeconds: date,
    added,
    removed,
  };
};

/** Names of reactions by what tells them apart. @see https://core.telegram.org/bots/api#reactiontype */
function reactionsIn(value: unknown): ReadonlyMap<string, string> {
  const reactions = Array.isArray(value) ? value.filter(isObject) : [];
  return new Map(
    reactions.map(({ type, emoji, custom_emoji_id: customId }) => {
      if (typeof emoji === "string" && emoji !== "") return [emoji, emoji];
      const word = plainKind(String(type));
      return [`${word} ${typeof customId === "string" ? customId : ""}`, `[${word}]`];
    }),
  );
}

function without(
  reactions: ReadonlyMap<string, string>,
  others: ReadonlyMap<string, string>,
): readonly string[] {
  return [...reactions].filter(([key]) => !others.has(key)).map(([, name]) => name);
}
