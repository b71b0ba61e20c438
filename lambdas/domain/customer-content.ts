import type { MessageContent } from "../model/content.ts";
import type { Framed, Kept } from "../model/message.ts";
import type { CrmContent } from "../ports/crm-chat.ts";
import type { Texts } from "./texts/catalogue.ts";
import { fileNotKept, forwardedFrom, placeholder, quotation } from "./texts.ts";

type Wording = {
  readonly texts: Texts;
  /** amoCRM cannot show the quote by itself. */
  readonly inWords: boolean;
};

/** All words of it, with those that stand above it. */
export function framedWords(framed: Framed, wording: Wording): string {
  return joined([frameOf(framed, wording), ownWords(framed.content, wording.texts)]);
}

/**
 * The content of a customer's message as amoCRM can show it. What amoCRM has no field for stands in
 * the text: who wrote it first, the words quoted, a kind without a form of its own.
 */
export function crmContentOf(
  framed: Framed,
  options: Wording & {
    readonly kept?: Kept | undefined;
    readonly addressOf: (path: string) => string;
  },
): CrmContent {
  const { content } = framed;
  const text = framedWords(framed, options);
  switch (content.type) {
    case "text":
    case "unsupported":
      return { type: "text", text };
    case "media":
      return mediaContent(content, framed, text, options);
    case "location": {
      const { type, latitude, longitude } = content;
      return { type, latitude, longitude, text };
    }
    case "contact": {
      const { type, name, phone } = content;
      return frameOf(framed, options) === "" ? { type, name, phone } : { type: "text", text };
    }
  }
}

function frameOf(
  { heading = "", forwardedFrom: first, quote }: Framed,
  { texts, inWords }: Wording,
): string {
  return joined([
    heading,
    first === undefined ? "" : forwardedFrom(first, texts),
    quote !== undefined && (inWords || quote.isPart) ? quotation(quote, texts) : "",
  ]);
}

function ownWords(content: MessageContent, texts: Texts): string {
  switch (content.type) {
    case "text":
    case "media":
      return content.text ?? "";
    case "location":
      return content.live === undefined ? (content.text ?? "") : texts.liveLocation[content.live];
    case "contact":
      return `${content.name} ${content.phone}`;
    case "unsupported":
      return placeholder(content.kind, content.text, texts);
  }
}

function joined(lines: readonly string[]): string {
  return lines.filter((line) => line !== "").join("\n");
}

function mediaContent(
  { media, text: caption = "" }: Extract<MessageContent, { type: "media" }>,
  framed: Framed,
  text: string,
  options: Wording & {
    readonly kept?: Kept | undefined;
    readonly addressOf: (path: string) => string;
  },
): CrmContent {
  const { kept = { why: "unavailable" }, texts, addressOf } = options;
  if ("why" in kept) {
    const named = fileNotKept(kept.why, media, texts);
    return { type: "text", text: joined([frameOf(framed, options), named, caption]) };
  }
  const { kind, sizeBytes, durationSeconds } = media;
  // amoCRM wants a name: the kind, with the ending that the kept file has.
  const fileName = media.fileName || `${kind}${/\.[a-z0-9]+$/.exec(kept.path)?.[0] ?? ""}`;
  return { type: kind, address: addressOf(kept.path), fileName, sizeBytes, durationSeconds, text };
}
