import type { Conversation } from "../model/conversation.ts";
import type { PermanentReason } from "../model/failure.ts";
import { labelsOf, withButtonsInWords } from "../model/button-words.ts";
import { chatOf } from "../model/ids.ts";
import type { Media, MessageContent } from "../model/content.ts";
import type { Language } from "../model/language.ts";
import type { OperatorEvent, Where } from "../model/message.ts";
import { visibleName } from "../model/visible-name.ts";
import type { Now } from "../ports/clock.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { SendOptions } from "../ports/customer-messenger.ts";
import { respectPause } from "./chat-pause.ts";
import type { Part, Work } from "./delivery.ts";
import { filePart, filePartsIn } from "./operator-file.ts";
import type { OperatorFileDependencies } from "./operator-file.ts";
import { noteAside } from "./note-aside.ts";
import { splitText } from "./split-text.ts";
import { findInTelegram } from "./telegram-message.ts";
import type { TelegramMessageOf } from "./telegram-message.ts";
import { lateNote, quoted } from "./texts.ts";
import { isAside, whereToAnswer } from "./topics.ts";

/** Bot API, counted in UTF-16 units. @see https://core.telegram.org/bots/api#sendmessage */
const maxTextLength = 4096;
const maxCaptionLength = 1024;

/** What sending an operator's message needs from outside. */
export type OperatorToCustomerDependencies = OperatorFileDependencies & {
  readonly botId: string;
  readonly conversations: ConversationStore;
  readonly now: Now;
  readonly telegramMessageOf: TelegramMessageOf;
};

/**
 * What an operator's message asks for: its file and its text, in as many messages as Telegram
 * needs. A late one says when it was written.
 */
export async function operatorToCustomer(
  event: OperatorEvent,
  { conversation, isLate = false }: { conversation?: Conversation | undefined; isLate?: boolean },
  deps: OperatorToCustomerDependencies,
): Promise<Work> {
  const { conversationId, content, buttons } = event;
  if (conversationId === undefined) return refuse("write-first");
  const chat = chatOf(conversationId);
  if (chat === undefined || chat.botId !== deps.botId) return refuse("foreign-conversation");
  const { reach, language = "en" } = conversation ?? {};
  if (reach === "blocked" || reach === "deactivated") return refuse(reach);
  const text = wordsOf(content, buttons);
  if (content.type !== "media" && visibleName(text) === undefined) {
    return refuse(content.type === "unsupported" ? "kind-not-supported" : "empty-text");
  }

  const repliesTo = await repliedTo(event, conversationId, deps);
  const lines = [
    isLate ? lateNote(event.sentAtMillis, deps.now(), language).trim() : "",
    repliesTo === undefined && event.quote !== undefined ? quoted(event.quote.text) : "",
  ];
  const media = content.type === "media" ? content.media : undefined;
  const isCaption =
    media !== undefined &&
    media.kind !== "sticker" &&
    withButtonsInWords(text, buttons).length <= maxCaptionLength;
  const caption = isCaption ? text : "";
  const preface = lines.filter((line) => line !== "").join("\n");
  const where = whereToAnswer(conversation, repliesTo);
  const said = {
    chatId: chat.chatId,
    where,
    // Functions of the message alone: a later attempt must find the same parts, whatever stands
    // before them.
    texts: isCaption ? [] : textsOf(text, buttons),
    first: repliesTo === undefined ? {} : { repliesTo },
    last: buttons === undefined || !fitsOneMessage(buttons) ? {} : { buttons },
  };
  const parts = (all: readonly string[]): Part | undefined => {
    const isNoted = all[0]?.startsWith(notePrefix) === true;
    const done = isNoted ? all.slice(1) : all;
    const begun: Said = { ...said, preface: isNoted ? "" : preface, isBegun: done.length > 0 };
    const file = media && fileOf({ media, caption, language }, begun, done, deps);
    const part = file ?? textOf(begun, done.length - (media ? filePartsIn(done) : 0), media, deps);
    if (part === undefined) return undefined;
    const patient = all.length === 0 ? part : respecting(part, conversationId, deps);
    return isAside(conversation, where) ? noteAside(patient, conversationId, where, deps) : patient;
  };
  return { kind: "parts", parts };
}

type Buttons = OperatorEvent["buttons"];

/** What the parts of one message share. */
type Said = {
  readonly chatId: string;
  readonly where: Where;
  /** Stands before the first words, and not there yet: when they were written, what they answer. */
  readonly preface: string;
  readonly isBegun: boolean;
  readonly texts: readonly string[];
  /** Options of the first part, and of the last. */
  readonly first: SendOptions;
  readonly last: SendOptions;
};

/**
 * amoCRM documents no place or contact from operators; should one come, it is said in words. Of a kind
 * that is not known the words go, and the operator is told that they went alone.
 */
function wordsOf(content: MessageContent, buttons: Buttons): string {
  switch (content.type) {
    case "text":
    case "unsupported": {
      const { text = "" } = content;
      // Telegram has no keyboard without a text over it.
      return visibleName(text) === undefined ? labelsOf(buttons) : text;
    }
    case "media":
      return content.text ?? "";
    case "location": {
      const place = `https://maps.google.com/?q=${content.latitude},${content.longitude}`;
      return content.text === undefined ? place : `${content.text}\n${place}`;
    }
    case "contact":
      return `${content.name} ${content.phone}`;
  }
}

/**
 * The texts of a message, with room in the last one for the words of its buttons, which take their
 * place where Telegram refuses them. Buttons of more words than one message holds are words at once.
 */
function textsOf(text: string, buttons: Buttons): string[] {
  const texts = splitText(text, maxTextLength);
  if (withButtonsInWords("", buttons) === "") return texts;
  if (!fitsOneMessage(buttons)) {
    return [...texts, ...splitText(withButtonsInWords("", buttons), maxTextLength)];
  }
  const last = texts.at(-1);
  const hasRoom = last !== undefined && withButtonsInWords(last, buttons).length <= maxTextLength;
  return hasRoom ? texts : [...texts, labelsOf(buttons)];
}

function fitsOneMessage(buttons: Buttons): boolean {
  return withButtonsInWords("", buttons).length <= maxTextLength;
}

function refuse(reason: PermanentReason): Work {
  return { kind: "park", reason, detail: reason };
}

function fileOf(
  { media, caption, language }: { media: Media; caption: string; language: Language },
  said: Said,
  done: readonly string[],
  deps: OperatorToCustomerDependencies,
): Part | undefined {
  const { chatId, where, preface, texts, first, last } = said;
  const options = { ...where, ...first, ...(texts.length === 0 ? last : {}) };
  const noted = joined(preface, caption);
  const longest = withButtonsInWords(noted, options.buttons);
  const fits = media.kind !== "sticker" && longest.length <= maxCaptionLength;
  const sending = { media, chatId, caption: fits ? noted : caption, language, options };
  const part = filePart(sending, done, deps);
  return part && (fits ? part : notedBefore(said, part, deps));
}

function textOf(
  said: Said,
  index: number,
  media: Media | undefined,
  { messenger }: OperatorToCustomerDependencies,
): Part | undefined {
  const { chatId, where, preface, texts, first, last } = said;
  const text = texts[index];
  if (text === undefined) return undefined;
  const isFirst = index === 0 && media === undefined;
  const options: SendOptions = {
    ...where,
    ...(isFirst ? first : {}),
    ...(index === texts.length - 1 ? last : {}),
  };
  const noted = isFirst ? joined(preface, text) : text;
  const fits = withButtonsInWords(noted, options.buttons).length <= maxTextLength;
  const part: Part = {
    send: () => messenger.sendText(chatId, fits ? noted : text, options),
    beforeRepeat: () => messenger.touchChat(chatId, where),
  };
  return fits ? part : notedBefore(said, part, { messenger });
}

/** A late note stands in the line of its text, a quotation in a line of its own. */
function joined(preface: string, text: string): string {
  if (preface === "" || text === "") return `${preface}${text}`;
  return preface.startsWith("[") && !preface.includes("\n")
    ? `${preface} ${text}`
    : `${preface}\n${text}`;
}

/** Begins the id of a preface that went before by itself, so that it goes once. */
const notePrefix = "note:";

/** What leaves no room for its preface has it in a message before; begun without one, it goes on so. */
function notedBefore(
  { chatId, where, preface, isBegun }: Said,
  part: Part,
  { messenger }: Pick<OperatorToCustomerDependencies, "messenger">,
): Part {
  if (preface === "" || isBegun) return part;
  return {
    send: async () => `${notePrefix}${await messenger.sendText(chatId, preface, where)}`,
    beforeRepeat: () => messenger.touchChat(chatId, where),
  };
}

/** The first part goes out right after the look at the conversation, the others later. */
function respecting(
  part: Part,
  conversationId: string,
  { conversations, now }: OperatorToCustomerDependencies,
): Part {
  return {
    ...part,
    async send(entry) {
      const known = await conversations.find(conversationId);
      respectPause(known?.pausedUntilMillis, now());
      return part.send(entry);
    },
  };
}

/** The Telegram message that an operator answers. */
async function repliedTo(
  { quote }: OperatorEvent,
  conversationId: string,
  deps: OperatorToCustomerDependencies,
): Promise<string | undefined> {
  return quote === undefined ? undefined : findInTelegram(quote, conversationId, deps);
}
