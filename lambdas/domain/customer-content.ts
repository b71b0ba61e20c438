import type { MessageContent } from "../model/content.ts";
import type { Language } from "../model/language.ts";
import type { CustomerEvent } from "../model/message.ts";
import type { CrmContent } from "../ports/crm-chat.ts";
import { fileNotKept, forwardedFrom, liveLocation, placeholder, quoted } from "./texts.ts";

/** What became of a customer's file: its path in the media store, or why it has none. */
export type Kept = { readonly path: string } | { readonly why: "tooLarge" | "unavailable" };

/**
 * The content of a customer's message as amoCRM can show it. What amoCRM has no field for stands in
 * the text: who wrote it first, the words quoted, a kind without a form of its own.
 */
export function crmContentOf(
  {
    content,
    forwardedFrom: first,
    quote,
  }: Pick<CustomerEvent, "content" | "forwardedFrom" | "quote">,
  options: {
    readonly language: Language;
    /** amoCRM cannot show the quote by itself. */
    readonly inWords: boolean;
    readonly kept?: Kept | undefined;
    readonly addressOf: (path: string) => string;
  },
): CrmContent {
  const { language, kept } = options;
  const framed = (text: string) =>
    [
      first === undefined ? "" : forwardedFrom(first, language),
      quote !== undefined && (options.inWords || quote.isPart) ? quoted(quote.text) : "",
      text,
    ]
      .filter((line) => line !== "")
      .join("\n");
  switch (content.type) {
    case "text":
      return { type: "text", text: framed(content.text) };
    case "media":
      return mediaContent(content, framed, kept ?? { why: "unavailable" }, options);
    case "location": {
      const { latitude, longitude, live, text = "" } = content;
      const words = live === undefined ? text : liveLocation(live, language);
      return { type: "location", latitude, longitude, text: framed(words) };
    }
    case "contact": {
      const { name, phone } = content;
      const text = framed("");
      return text === "" ? content : { type: "text", text: `${text}\n${name} ${phone}` };
    }
    case "unsupported":
      return { type: "text", text: framed(placeholder(content.kind, content.text, language)) };
  }
}

function mediaContent(
  { media, text = "" }: Extract<MessageContent, { type: "media" }>,
  framed: (text: string) => string,
  kept: Kept,
  { language, addressOf }: { language: Language; addressOf: (path: string) => string },
): CrmContent {
  if ("why" in kept) {
    const lines = [fileNotKept(kept.why, media, language), text].filter((line) => line !== "");
    return { type: "text", text: framed(lines.join("\n")) };
  }
  const { kind, sizeBytes, durationSeconds } = media;
  // amoCRM wants a name: the kind, with the ending that the kept file has.
  const fileName = media.fileName || `${kind}${/\.[a-z0-9]+$/.exec(kept.path)?.[0] ?? ""}`;
  const address = addressOf(kept.path);
  return { type: kind, address, fileName, sizeBytes, durationSeconds, text: framed(text) };
}
