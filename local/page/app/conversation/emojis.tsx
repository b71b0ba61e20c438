import { t } from "../texts.ts";

/** Reactions that Telegram allows in every chat. */
const emojis = ["👍", "❤", "🔥", "👏", "😁", "🤔", "😢", "🙏"];

/** The reactions to choose from. One that is set is taken back. */
export function Emojis({
  isSet,
  toggle,
}: {
  isSet: (emoji: string) => boolean;
  toggle: (emoji: string) => unknown;
}) {
  return (
    <div class="emojis" role="group" aria-label={t("reactions")}>
      {emojis.map((emoji) => (
        <button
          type="button"
          aria-label={t(isSet(emoji) ? "takeBack" : "react", { emoji })}
          onClick={() => void toggle(emoji)}
        >
          {emoji}
        </button>
      ))}
    </div>
  );
}
