import type { MediaKind, MessageContent } from "../../model/content.ts";
import { valueAt } from "../untrusted.ts";
import { textOf } from "./lenient.ts";
import type { Fill } from "./template.ts";
import type { HookContent } from "./wire.ts";

const mediaKinds: readonly MediaKind[] = ["picture", "video", "voice", "audio", "file", "sticker"];

/** The text of a message: it is final, also under a template; a template without one is filled in. */
export function textIn({ text, template }: HookContent, fill: Fill): string {
  return text ?? fill(template);
}

/**
 * What a message says, with this text. A file of a type that nobody knows yet is a file; without one
 * such a message is its text.
 */
export function contentOf(message: HookContent, text: string): MessageContent {
  const { type = "text", media } = message;
  const caption = text === "" ? {} : { text };
  if (media !== undefined) {
    const { file_size: sizeBytes, media_duration: seconds } = message;
    const fileName = message.file_name ?? nameIn(media);
    return {
      type: "media",
      media: {
        kind: mediaKinds.find((kind) => kind === type) ?? "file",
        source: media,
        ...(fileName === undefined ? {} : { fileName }),
        ...(sizeBytes === undefined ? {} : { sizeBytes }),
        ...(seconds === undefined ? {} : { durationSeconds: seconds }),
      },
      ...caption,
    };
  }
  if (type === "text") return { type: "text", text };
  return placeOf(message, caption) ?? { type: "unsupported", kind: kindOf(type), ...caption };
}

/** A message in words, for a quote: a file by its kind and name, and by its address where that is wanted. */
export function wordsOf(message: HookContent, fill: Fill, address = ""): string {
  const { type = "text", media, file_name: name } = message;
  const isText = type === "text" && media === undefined;
  const kind = type === "text" ? "file" : kindOf(type);
  const label = isText ? "" : name === undefined ? `[${kind}]` : `[${kind}: ${name}]`;
  return [label, address, textIn(message, fill)]
    .filter((words) => words !== "")
    .join(" ")
    .trim();
}

/** Texts one below the other. */
export function joined(texts: readonly string[]): string {
  return texts.filter((text) => text !== "").join("\n");
}

/** The name at the end of an address: amoCRM leaves `file_name` empty for pictures. */
function nameIn(address: string): string | undefined {
  const name = URL.parse(address)?.pathname.split("/").at(-1) ?? "";
  return /^[\w.-]{1,100}\.[A-Za-z0-9]{1,8}$/.test(name) ? name : undefined;
}

/** Places and contacts: no hook is documented to hold one, but a chat's history may. */
function placeOf(
  { type, location, contact }: HookContent,
  caption: { text?: string },
): MessageContent | undefined {
  const [latitude, longitude] = ["lat", "lon"].map((name) =>
    Number(textOf(valueAt(location, name)) ?? Number.NaN),
  ) as [number, number];
  if (type === "location" && Number.isFinite(latitude) && Number.isFinite(longitude)) {
    return { type: "location", latitude, longitude, ...caption };
  }
  const phone = textOf(valueAt(contact, "phone"));
  if (type !== "contact" || phone === undefined) return undefined;
  return { type: "contact", name: textOf(valueAt(contact, "name")) ?? phone, phone };
}

/** A type as a word that may be shown; it is not ours to repeat anything else. */
function kindOf(type: string): string {
  return /^[A-Za-z][A-Za-z0-9_-]{0,39}$/.test(type) ? type : "unknown";
}
