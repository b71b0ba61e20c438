import type { MessageContent } from "../model/content.ts";
import type { Framed, KeptFile, CustomerEvent, Piece } from "../model/message.ts";
import type { CrmContent } from "../model/crm.ts";
import type { Texts } from "../texts/catalogue.ts";
import { fileNotKept, placeholder, quotation } from "../texts/texts.ts";
import { pieceMsgidOf } from "../model/ids.ts";
import { splitText } from "../texts/split-text.ts";

type Wording = {
  readonly texts: Texts;
  /** True when amoCRM cannot show the quote itself. Then the text has to hold it. */
  readonly inWords: boolean;
};

type Keeping = {
  readonly kept?: KeptFile | undefined;
  readonly addressOf: (path: string) => string;
};

/** The text of the message, with the lines above it: heading, first author, quote. */
function framedWords(framed: Framed, wording: Wording): string {
  return joined([frameOf(framed, wording), ownWords(framed.content, wording.texts)]);
}

/**
 * The content of a customer's message in a form that amoCRM can show. The text holds the facts that
 * amoCRM has no field for: the first author, the quoted words, a kind that has no form in amoCRM.
 */
export function crmContentOf(framed: Framed, options: Wording & Keeping): CrmContent {
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
    first === undefined ? "" : texts.forwarded.replace("{name}", () => first),
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
  options: Wording & Keeping,
): CrmContent {
  const { kept = { why: "unavailable" }, texts, addressOf } = options;
  if ("why" in kept) {
    const named = fileNotKept(kept.why, media, texts);
    return { type: "text", text: joined([frameOf(framed, options), named, caption]) };
  }
  const { kind, sizeBytes, durationSeconds } = media;
  // amoCRM requires a file name. The default is the kind with the extension of the kept file.
  const fileName = media.fileName || `${kind}${/\.[a-z0-9]+$/.exec(kept.path)?.[0] ?? ""}`;
  return { type: kind, address: addressOf(kept.path), fileName, sizeBytes, durationSeconds, text };
}

/**
 * The longest text of one message to amoCRM, in UTF-16 units. amoCRM documents no limit, and it
 * refuses the whole message when its text is too long. So the limit is ours. An ordinary Telegram
 * text (4,096) fits with all its marks. A long rich message (32,768) makes few pieces. The
 * simulated account can have a lower limit.
 */
export const longestText = 10_000;

/**
 * The amoCRM messages that a customer's message becomes, in order. The result depends on the event only, so
 * every attempt makes the same pieces. The first piece shows the first author and the quote.
 */
export function piecesOf(event: CustomerEvent & Framed, texts: Texts): readonly Piece[] {
  const { further = [], ...first } = event;
  const all: readonly Framed[] = [first, ...further.map((content) => ({ content }))];
  return all
    .flatMap((framed) => cut(framed, texts))
    .map(({ content, heading, forwardedFrom, quote }, index) => ({
      content,
      ...(heading === undefined ? {} : { heading }),
      ...(forwardedFrom === undefined ? {} : { forwardedFrom }),
      ...(quote === undefined ? {} : { quote }),
      number: index + 1,
      msgid: pieceMsgidOf(event.msgid, index + 1),
    }));
}

/** Splits a message that is too long. Then the text holds the quote, also where amoCRM could show it. */
function cut(framed: Framed, texts: Texts): readonly Framed[] {
  const words = framedWords(framed, { texts, inWords: true });
  const room = roomBeside(framed.content, texts);
  if (words.length <= room) return [framed];
  const [first = words.slice(0, room), ...others] = splitText(words, room);
  return [
    { content: withText(framed.content, first) },
    ...others.map((text) => ({ content: { type: "text" as const, text } })),
  ];
}

/**
 * How many UTF-16 units the words may have. The rest of the limit is for the words that may go
 * before them: the mark of an edit, and the note about a file that was not kept.
 */
function roomBeside(content: MessageContent, texts: Texts): number {
  const notKept = (["tooLarge", "unavailable"] as const).map((why) =>
    content.type === "media" ? fileNotKept(why, content.media, texts).length + 1 : 0,
  );
  const room = longestText - texts.edited.length - 1 - Math.max(...notKept);
  return Math.max(room, longestText / 2);
}

function withText(content: MessageContent, text: string): MessageContent {
  switch (content.type) {
    case "media":
      return { ...content, text };
    case "location": {
      const { type, latitude, longitude } = content;
      return { type, latitude, longitude, text };
    }
    case "text":
    case "contact":
    case "unsupported":
      return { type: "text", text };
  }
}
