import type { SendAs } from "../conversation/attach.tsx";

/** What an operator, or a Salesbot, adds to a text. */
export type Extra = "none" | "buttons" | "list" | "template";

/** What an operator has begun to write in a chat. */
export type DeskDraft = {
  readonly text: string;
  readonly replyTo: string | undefined;
  readonly extra: Extra;
  /** The lines of that extra: labels, or `key = value` of a template. */
  readonly lines: string;
};

/** A file that amoCRM has stored. */
export type Attachment = { readonly id: string; readonly type: AttachmentType };
type AttachmentType = "picture" | "video" | "file" | "voice" | "audio" | "sticker";

/** The type under which amoCRM sends a file. */
export function attachmentType(mimeType: string, as: SendAs): AttachmentType {
  if (as !== "fitting") return as;
  const [family] = mimeType.split("/", 1);
  if (family === "image") return mimeType === "image/svg+xml" ? "file" : "picture";
  return family === "video" || family === "audio" ? family : "file";
}

/** The message of a draft, in the form of the simulator's `send`. Undefined when there is nothing to send. */
export function operatorMessage(
  { text, replyTo, extra, lines }: DeskDraft,
  {
    attachments = [],
    forward,
    chooseLabel,
  }: {
    readonly attachments?: readonly Attachment[];
    readonly forward?: string | undefined;
    /** The label of the button that opens a list. */
    readonly chooseLabel: string;
  },
): Readonly<Record<string, unknown>> | undefined {
  const own = linesOf(lines);
  const message = {
    ...(extra === "template" ? { template: templateOf(text, own) } : { text }),
    ...(attachments.length > 0 ? { attachments } : {}),
    ...(extra === "buttons" && own.length > 0 ? { markup: inlineOf(own) } : {}),
    ...(extra === "list" && own.length > 0 ? { markup: listOf(own, text, chooseLabel) } : {}),
    ...(replyTo === undefined ? {} : { reply_to: replyTo }),
    ...(forward === undefined ? {} : { forward }),
  };
  const isEmpty = text.trim() === "" && attachments.length === 0 && forward === undefined;
  return isEmpty && !("markup" in message) ? undefined : message;
}

function linesOf(lines: string): readonly string[] {
  return lines.split("\n").flatMap((line) => line.trim() || []);
}

/** One button a line. An address at the end of a line makes it a button that opens the address. */
function inlineOf(lines: readonly string[]) {
  const buttons = lines.map((line) => {
    const [, label = line, url] = /^(.*?)\s*(https?:\/\/\S+)$/.exec(line) ?? [];
    return [url === undefined ? { text: label } : { text: label || url, url }];
  });
  return { mode: "inline", buttons };
}

/** A list has at most ten sections of ten rows. */
function listOf(lines: readonly string[], text: string, button: string) {
  const rows = lines.slice(0, 100).map((title) => ({ callback_data: title, title }));
  const sections = Array.from({ length: Math.ceil(rows.length / 10) }, (_, index) => ({
    rows: rows.slice(index * 10, index * 10 + 10),
  }));
  return { list_message: { body: text.trim() === "" ? button : text, button, sections } };
}

/** The text with its markers, and the values of the lines `key = value`. */
function templateOf(content: string, lines: readonly string[]) {
  const params = lines.flatMap((line) => {
    const [, key, value] = /^\{*([^=}]+?)\}*\s*=\s*(.*)$/.exec(line) ?? [];
    return key === undefined || value === undefined ? [] : [{ key: `{{${key.trim()}}}`, value }];
  });
  return { id: 1, content, params };
}
