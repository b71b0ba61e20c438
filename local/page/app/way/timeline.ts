import { h } from "preact";
import type { ComponentChild } from "preact";
import { secondsOf } from "./told.ts";
import type { Reader, Told } from "./told.ts";

/**
 * A message's way, line by line. The command line renders it into a file too: so it has no signals and no
 * browser, and it is written without JSX, which Node.js does not read.
 */
export function Timeline({
  items,
  reader,
}: {
  readonly items: readonly Told[];
  readonly reader: Reader;
}): ComponentChild {
  const firstMillis = items.find(({ atMillis }) => atMillis !== undefined)?.atMillis;
  return h(
    "ol",
    { class: "timeline" },
    items.map(({ atMillis, place, sentence, tone }, index) =>
      h("li", { key: index, class: `tone-${tone}` }, [
        h("span", { class: "timeline-time" }, [
          atMillis === undefined
            ? "–"
            : h("time", { dateTime: new Date(atMillis).toISOString() }, reader.timeOf(atMillis)),
          sinceFirst(atMillis, firstMillis, reader),
        ]),
        h("span", { class: "timeline-place" }, place),
        h("span", { class: "timeline-sentence" }, sentence),
      ]),
    ),
  );
}

function sinceFirst(
  atMillis: number | undefined,
  firstMillis: number | undefined,
  { language }: Reader,
): ComponentChild {
  if (atMillis === undefined || firstMillis === undefined || atMillis <= firstMillis) {
    return undefined;
  }
  const unit = language === "ru" ? "с" : "s";
  const since = `+${secondsOf(atMillis - firstMillis, language)} ${unit}`;
  return h("span", { class: "timeline-since" }, ` ${since}`);
}
