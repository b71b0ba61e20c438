import type { MessageContent } from "../model/content.ts";
import { pieceMsgidOf } from "../model/ids.ts";
import type { CustomerEvent, Framed, Piece } from "../model/message.ts";
import { framedWords } from "./customer-content.ts";
import { splitText } from "./split-text.ts";
import type { Texts } from "./texts/catalogue.ts";
import { editedText, fileNotKept } from "./texts.ts";

/**
 * The longest text of one message to amoCRM, in UTF-16 units. amoCRM documents no limit and refuses a
 * whole message, so it is ours: an ordinary text of Telegram (4,096) fits with all its marks, a long
 * rich message (32,768) makes few pieces. The simulated account can be given a lower limit of its own.
 */
export const longestText = 10_000;

/**
 * What a customer's message becomes in amoCRM, in its order: a function of the event alone, so that every
 * attempt makes the same pieces. Who wrote it first and what it answers stands above the first.
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

/** A text that is too long has what it answers in words, whether amoCRM could show that by itself or not. */
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

/** What the longest text leaves beside the words that may have to go before it. */
function roomBeside(content: MessageContent, texts: Texts): number {
  const notKept = (["tooLarge", "unavailable"] as const).map((why) =>
    content.type === "media" ? fileNotKept(why, content.media, texts).length + 1 : 0,
  );
  const room = longestText - editedText("", texts).length - Math.max(...notKept);
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
