import type { ReactionTypeEmoji } from "grammy/types";

/** The emoji that a bot may react with. @see https://core.telegram.org/bots/api#reactiontypeemoji */
// prettier-ignore
export const allowedReactions = [
  "👍", "👎", "❤", "🔥", "🥰", "👏", "😁", "🤔", "🤯", "😱", "🤬", "😢", "🎉", "🤩", "🤮", "💩",
  "🙏", "👌", "🕊", "🤡", "🥱", "🥴", "😍", "🐳", "❤‍🔥", "🌚", "🌭", "💯", "🤣", "⚡", "🍌", "🏆",
  "💔", "🤨", "😐", "🍓", "🍾", "💋", "🖕", "😈", "😴", "😭", "🤓", "👻", "👨‍💻", "👀", "🎃", "🙈",
  "😇", "😨", "🤝", "✍", "🤗", "🫡", "🎅", "🎄", "☃", "💅", "🤪", "🗿", "🆒", "💘", "🙉", "🦄",
  "😘", "💊", "🙊", "😎", "👾", "🤷‍♂", "🤷", "🤷‍♀", "😡",
] as const satisfies readonly ReactionTypeEmoji["emoji"][];

const allowed: ReadonlySet<string> = new Set(allowedReactions);

/** Other emoji with the same meaning, by the allowed one. */
// prettier-ignore
const near: readonly (readonly [(typeof allowedReactions)[number], string])[] = [
  ["❤", "♥ 🧡 💛 💚 🩵 💙 💜 🤎 🖤 🩶 🤍 🩷 💖 💗 💓 💞 💕 💝 ❣"],
  ["😁", "😀 😃 😄 😆 😅 🙂 😊 ☺ 😉 😸"],
  ["🤣", "😂 😹"],
  ["😢", "😔 😞 🙁 ☹ 😟 😥 😿 🥺"],
  ["😭", "😫 😩"],
  ["😡", "😠 😤"],
  ["🤬", "👿"],
  ["😱", "😲 😮 😯 🙀"],
  ["😨", "😧 😰"],
  ["🤔", "🧐 ❓ ❔"],
  ["😐", "😑 😶 🫤"],
  ["🎉", "🥳 🎊 🎈"],
  ["👏", "🙌"],
  ["👍", "✅ ☑ ✔ 💪 ➕"],
  ["👎", "❌ ✖ ➖"],
  ["👌", "🤙 🆗"],
  ["🤩", "⭐ 🌟 ✨"],
  ["🔥", "🚀 💥"],
  ["😘", "😗 😙 😚"],
  ["🥰", "😻 🫶"],
  ["🤗", "👋 🫂"],
  ["🏆", "🥇 🏅 🎖"],
  ["🍾", "🥂 🍻 🍺"],
  ["👨‍💻", "🧑‍💻 👩‍💻"],
  ["🤮", "🤢"],
  ["🥱", "😪"],
  ["🐳", "🐋"],
];
const nearest: ReadonlyMap<string, string> = new Map(
  near.flatMap(([reaction, others]) => others.split(" ").map((other) => [other, reaction])),
);

/** The allowed emoji with the same meaning, for any skin tone and form; undefined without one. */
export function nearestReaction(emoji: string): string | undefined {
  const plain = emoji.trim().replace(/[\uFE0E\uFE0F]|[\u{1F3FB}-\u{1F3FF}]/gu, "");
  return allowed.has(plain) ? plain : nearest.get(plain);
}
