import type { Button } from "./content.ts";
import { visibleName } from "./visible-name.ts";

type Rows = readonly (readonly Button[])[] | undefined;

/** The labels of buttons, a line each: the text of a message that has no other. */
export function labelsOf(rows: Rows): string {
  return (rows ?? [])
    .flat()
    .map(({ text }) => text.trim())
    .filter((label) => visibleName(label) !== undefined)
    .join("\n");
}

/** A text with its buttons in words under it, where they cannot be buttons: labels and addresses. */
export function withButtonsInWords(text: string, rows: Rows): string {
  const lines = (rows ?? [])
    .flat()
    .map(({ text: label, url }) =>
      url === undefined || url === label ? label : `${label}: ${url}`,
    )
    .map((words) => `• ${words}`)
    .join("\n");
  if (lines === "") return text;
  return text === "" || text === labelsOf(rows) ? lines : `${text}\n\n${lines}`;
}
