import * as z from "zod/mini";
import type { Button } from "../../model/content.ts";
import { visibleName } from "../../model/visible-name.ts";
import { valueAt } from "../untrusted.ts";
import { itemsOf } from "./lenient.ts";
import { hookButton, listMessage } from "./wire.ts";
import type { ListSection } from "./wire.ts";

/** What stands under a message: rows of buttons, and of a list also lines for the text. */
export type Markup = {
  readonly rows: readonly (readonly Button[])[];
  readonly lines: readonly string[];
};

/**
 * Reads the buttons or the list that Salesbot puts under a message; what cannot be read is left out.
 * @see https://www.amocrm.ru/developers/content/chats/chat-webhooks
 */
export function markupOf(markup: unknown): Markup {
  const rows = itemsOf(valueAt(markup, "buttons"))
    .map((row) => (Array.isArray(row) ? row : [row]).flatMap(buttonOf))
    .filter((row) => row.length > 0);
  const list = z.safeParse(listMessage, valueAt(markup, "list_message"));
  if (!list.success) return { rows, lines: [] };
  const { header, body, footer, sections } = list.data;
  return {
    rows: [...rows, ...sections.flatMap(entriesOf)],
    lines: [header, body, ...sections.flatMap(linesOf), footer].filter(
      (line) => line !== undefined,
    ),
  };
}

function buttonOf(value: unknown): Button[] {
  const { text, url } = z.safeParse(hookButton, value).data ?? {};
  const label = seen(text) ?? url;
  return label === undefined ? [] : [{ text: label, ...(url === undefined ? {} : { url }) }];
}

/** A label as it is written; undefined for one in which nothing can be seen. */
function seen(label: string | undefined): string | undefined {
  return visibleName(label) === undefined ? undefined : label;
}

/** Every entry in a row of its own; pressed, it comes back with its `callback_data`. */
function entriesOf({ rows }: ListSection): Button[][] {
  return rows.flatMap(({ title, callback_data: choice }) => {
    const text = seen(title) ?? choice;
    return text === undefined ? [] : [[{ text, ...(choice === undefined ? {} : { choice }) }]];
  });
}

/** What a button cannot hold: the title of a section, and the descriptions of its entries. */
function linesOf({ title, rows }: ListSection): string[] {
  const described = rows
    .filter(({ description }) => description !== undefined)
    .map(({ title: entry = "", description = "" }) => `• ${entry}: ${description}`);
  return title === undefined ? described : [title, ...described];
}
