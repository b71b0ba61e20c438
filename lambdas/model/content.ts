import { visibleName } from "./visible-name.ts";

/** The kinds of files, in amoCRM's words. */
export type MediaKind = "picture" | "video" | "voice" | "audio" | "file" | "sticker";

/** A file as its source names it. The adapters know how to fetch it. */
export type Media = {
  readonly kind: MediaKind;
  /** Telegram's `file_id`, or the address of an attachment in amoCRM. */
  readonly source: string;
  readonly fileName?: string;
  readonly sizeBytes?: number;
  readonly durationSeconds?: number;
  readonly contentType?: string;
  /** A smaller form of the file, in case the file is too large: its source gives no size. */
  readonly smaller?: Pick<Media, "source" | "sizeBytes">;
};

/**
 * The content of a message, tagged by amoCRM's own words. `text` next to a file or place is its caption.
 * `unsupported` has a kind that has no form on the other side. It names the kind by the Bot API's or amoCRM's
 * word and carries its text, so that the message appears and does not get lost.
 */
export type MessageContent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "media"; readonly media: Media; readonly text?: string }
  | {
      readonly type: "location";
      readonly latitude: number;
      readonly longitude: number;
      readonly text?: string;
      /** A live location: where it began, or where it ended. */
      readonly live?: "begun" | "ended";
    }
  | {
      readonly type: "contact";
      readonly name: string;
      readonly phone: string;
      /** True when Telegram says that the contact is the customer's own. */
      readonly isOwn?: true;
    }
  | { readonly type: "unsupported"; readonly kind: string; readonly text?: string };

/** A button under an operator's message: a word to answer with, an address, or an entry of a list. */
export type Button = {
  readonly text: string;
  readonly url?: string;
  /** The value that amoCRM wants back with the answer. */
  readonly choice?: string;
  /** The value that the bridge wants back from its own button. */
  readonly ownChoice?: string;
};

type Rows = readonly (readonly Button[])[] | undefined;

/** The labels of buttons, one per line: the text of a message that has no other text. */
export function labelsOf(rows: Rows): string {
  return (rows ?? [])
    .flat()
    .map(({ text }) => text.trim())
    .filter((label) => visibleName(label) !== undefined)
    .join("\n");
}

/** A text with its buttons under it in words: labels and addresses. For places without real buttons. */
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
