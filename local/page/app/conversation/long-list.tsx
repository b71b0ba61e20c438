import type { Signal } from "@preact/signals";
import { t } from "../texts.ts";

/** A field that narrows a list by words. */
export function SearchField({ words }: { words: Signal<string> }) {
  return (
    <input
      type="search"
      value={words.value}
      aria-label={t("search")}
      placeholder={t("search")}
      onInput={({ currentTarget: { value } }) => (words.value = value)}
    />
  );
}

/** Shows so many more entries of a list, while some are hidden. */
export function ShowMore({
  most,
  count,
  step,
}: {
  most: Signal<number>;
  count: number;
  step: number;
}) {
  if (count <= most.value) return null;
  return (
    <button type="button" onClick={() => (most.value += step)}>
      {t("showMore", { count: count - most.value })}
    </button>
  );
}
