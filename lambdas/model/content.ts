import { visibleName } from "./visible-name.ts";

/** Kinds of files, by amoCRM's words. */
export type MediaKind = "picture" | "video" | "voice" | "audio" | "file" | "sticker";

/** A file as its source names it; the adapters know how it is fetched. */
export type Media = {
  readonly kind: MediaKind;
  /** Telegram's `file_id`, or the address of an attachment in amoCRM. */
  readonly source: string;
  readonly fileName?: string;
  readonly sizeBytes?: number;
  readonly durationSeconds?: number;
  readonly contentType?: string;
  /** A smaller form of it, for a file that may turn out too large: its source says no size. */
  readonly smaller?: Pick<Media, "source" | "sizeBytes">;
};

/**
 * What a message says, tagged by amoCRM's own words. `text` beside a file or place is its caption.
 * `unsupported` names by the Bot API's or amoCRM's word a kind that has no form on the other side,
 * with what text it carries, so that it is shown and never vanishes.
 */
export type MessageContent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "media"; readonly media: Media; readonly text?: string }
  | {
      readonly type: "location";
      readonly latitude: number;
      readonly longitude: number;
      readonly text?: string;
      /** A place that moves: where it began to be shared, or where that ended. */
      readonly live?: "begun" | "ended";
    }
  | {
      readonly type: "contact";
      readonly name: string;
      readonly phone: string;
      /** The customer's own, by Telegram's word. */
      readonly isOwn?: true;
    }
  | { readonly type: "unsupported"; readonly kind: string; readonly text?: string };

/** A button under an operator's message: a word to answer with, an address, or an entry of a list. */
export type Button = {
  readonly text: string;
  readonly url?: string;
  /** What amoCRM wants back with the answer. */
  readonly choice?: string;
  /** What the bridge wants back, of a button of its own. */
  readonly ownChoice?: string;
};

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
