import * as z from "zod";
import type { SimulatedAnswer } from "../../http.ts";
import { badRequest, success } from "./answers.ts";
import type { Bot } from "./bot.ts";
import type { Parameters } from "./parameters.ts";

/**
 * The emoji that may be reactions.
 * @see https://core.telegram.org/bots/api#reactiontypeemoji
 */
const allowed: ReadonlySet<string> = new Set(
  `👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕
  😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡`.split(
    /\s+/,
  ),
);

const reactionSchema = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("emoji"), emoji: z.string() }),
  z.looseObject({ type: z.literal("custom_emoji"), custom_emoji_id: z.string() }),
  z.looseObject({ type: z.literal("paid") }),
]);

/**
 * The method of the same name. It accepts at most one allowed emoji. An empty list
 * takes the earlier one back.
 */
export function setMessageReaction(bot: Bot, parameters: Parameters): SimulatedAnswer {
  const chat = bot.chats.addressed(parameters.text("chat_id"));
  const messageId = parameters.integer("message_id");
  if (messageId === undefined || !chat.messageIds.has(messageId)) {
    throw badRequest("message to react not found");
  }
  const reactions = z.array(reactionSchema).safeParse(parameters.structure("reaction") ?? []);
  if (!reactions.success) throw badRequest("can't parse reaction types JSON object");
  if (reactions.data.length > 1) throw badRequest("REACTIONS_TOO_MANY");
  const [reaction] = reactions.data;
  if (reaction === undefined) chat.botReactions.delete(messageId);
  else if (reaction.type !== "emoji" || !allowed.has(reaction.emoji)) {
    // Custom emoji are for bots whose owner pays, or where another person has already added them.
    throw badRequest("REACTION_INVALID");
  } else chat.botReactions.set(messageId, reaction.emoji);
  return success(true);
}
