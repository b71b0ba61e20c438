import type { SimulatedAnswer } from "../../http.ts";
import { TelegramRefusal, badRequest, success } from "./answers.ts";
import type { Bot } from "./bot.ts";
import { formOf, pictureSize } from "./files.ts";
import type { FileForm } from "./files.ts";
import type { Parameters, UploadedFile } from "./parameters.ts";
import { deliver, readSending } from "./sending.ts";

/**
 * Bot API: text after entity parsing, in UTF-16 units.
 * @see https://core.telegram.org/bots/api#sendmessage
 */
const maxTextLength = 4096;

/**
 * True when Telegram sees only blanks of any width and characters without a width.
 * @see https://github.com/tdlib/td/blob/master/td/telegram/misc.cpp
 */
function isEmpty(text: string): boolean {
  return /^[\s\u180e\u200b-\u200f\u202e\u2800\ufffc\u{e0000}-\u{e007f}]*$/u.test(text);
}

/** The method of the same name. */
export function sendMessage(bot: Bot, parameters: Parameters): SimulatedAnswer {
  const text = readText(parameters.text("text"), parameters.text("parse_mode"));
  if (isEmpty(text)) throw badRequest("message text is empty");
  if (text.length > maxTextLength) throw badRequest("message is too long");
  const sending = readSending(bot, parameters);
  return success(deliver(bot, sending, { method: "sendMessage", text }, { text }));
}

/** @see https://core.telegram.org/bots/api#sending-files */
const maxUploadBytes = 50 * 1024 * 1024;
/** @see https://core.telegram.org/bots/api#sendphoto */
const maxPhotoBytes = 10 * 1024 * 1024;
const maxCaptionLength = 1024;

/** The sending method of a form, e.g. `sendPhoto` of `photo`. */
export function sendFile(as: FileForm) {
  const method = `send${as[0]?.toUpperCase() ?? ""}${as.slice(1)}`;
  return (bot: Bot, parameters: Parameters): SimulatedAnswer => {
    const { fileName, bytes } = readFile(bot, parameters, as);
    if (as === "photo") checkPhoto(bytes);
    const caption = as === "sticker" ? "" : readCaption(parameters);
    const sending = readSending(bot, parameters);
    const form = formOf(bytes, as);
    const kept = bot.files.keep(bytes);
    const file = { form, fileId: kept.file_id, fileName, sizeBytes: bytes.length };
    const fields = { [form]: describe(form, kept, file), ...(caption === "" ? {} : { caption }) };
    return success(deliver(bot, sending, { method, text: caption, file }, fields));
  };
}

function readFile(bot: Bot, parameters: Parameters, field: FileForm): UploadedFile {
  const given = parameters.file(field) ?? known(bot, parameters.text(field), field);
  if (given.bytes.length === 0) throw badRequest("file must be non-empty");
  if (given.bytes.length > maxUploadBytes) {
    throw new TelegramRefusal(413, "Request Entity Too Large");
  }
  return given;
}

/** A file by its id. The simulator fetches nothing from addresses. */
function known(bot: Bot, reference: string, field: FileForm): UploadedFile {
  if (reference === "") throw badRequest(`there is no ${field} in the request`);
  if (reference.startsWith("attach://")) throw badRequest("can't find the attached file");
  if (/^https?:/.test(reference)) throw badRequest("failed to get HTTP URL content");
  const bytes = bot.files.bytesOf(reference);
  if (bytes === undefined) throw badRequest("wrong file identifier/HTTP URL specified");
  return { fileName: "", bytes };
}

function checkPhoto(bytes: Buffer): void {
  if (bytes.length > maxPhotoBytes) {
    throw badRequest(
      `file of size ${bytes.length} bytes is too big for a photo; the maximum size is ${maxPhotoBytes} bytes`,
    );
  }
  const size = pictureSize(bytes);
  if (size === undefined) throw badRequest("IMAGE_PROCESS_FAILED");
  const { width, height } = size;
  const isTooThin = Math.max(width, height) > 20 * Math.min(width, height);
  if (width + height > 10_000 || isTooThin) throw badRequest("PHOTO_INVALID_DIMENSIONS");
}

function readCaption(parameters: Parameters): string {
  const caption = readText(parameters.text("caption"), parameters.text("parse_mode"));
  if (caption.length > maxCaptionLength) throw badRequest("message caption is too long");
  return caption;
}

function describe(form: FileForm, kept: object, { fileName }: { fileName: string }): unknown {
  if (form === "photo") return [{ ...kept, width: 320, height: 240 }];
  if (form === "sticker") {
    return {
      ...kept,
      type: "regular",
      width: 512,
      height: 512,
      is_animated: false,
      is_video: false,
    };
  }
  const hasName = fileName !== "" && form !== "voice";
  const timed = form === "document" ? {} : { duration: 1 };
  return { ...kept, ...timed, ...(hasName ? { file_name: fileName } : {}) };
}

const htmlTags = new Set(
  "b strong i em u ins s strike del span tg-spoiler tg-emoji a code pre blockquote".split(" "),
);
const htmlEntities: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&amp;": "&",
  "&quot;": '"',
};

/**
 * The text of a message after formatting is parsed and the ends are trimmed. It parses HTML only to
 * check that tags are known and balanced. Of MarkdownV2 it knows only plain text with its escapes.
 */
function readText(text: string, parseMode: string): string {
  switch (parseMode.toLowerCase()) {
    case "":
      return text.trim();
    case "html":
      return readHtml(text).trim();
    case "markdownv2":
      return readPlainMarkdown(text).trim();
    default:
      throw badRequest("unsupported parse_mode");
  }
}

function readHtml(text: string): string {
  const open: string[] = [];
  const plain = text.replace(/<[^>]*>?/g, (tag, offset: number) => {
    const at = `at byte offset ${Buffer.byteLength(text.slice(0, offset))}`;
    const [, slash, name = ""] = /^<(\/?)([a-z-]*)[^>]*>$/i.exec(tag) ?? [];
    const lower = name.toLowerCase();
    if (slash === "/") {
      if (open.pop() !== lower) throw cannotParse(`Unexpected end tag ${at}`);
    } else if (htmlTags.has(lower)) open.push(lower);
    else throw cannotParse(`Unsupported start tag "${lower}" ${at}`);
    return "";
  });
  const unclosed = open.pop();
  if (unclosed !== undefined) {
    throw cannotParse(`Can't find end tag corresponding to start tag "${unclosed}"`);
  }
  return plain.replace(/&(?:lt|gt|amp|quot);/g, (entity) => htmlEntities[entity] ?? entity);
}

function readPlainMarkdown(text: string): string {
  return text.replace(/\\(.)|([_*[\]()~`>#+\-=|{}.!])/gs, (_match, escaped, reserved: string) => {
    if (typeof escaped === "string") return escaped;
    throw cannotParse(
      `Character '${reserved}' is reserved and must be escaped with the preceding '\\'`,
    );
  });
}

function cannotParse(detail: string): Error {
  return badRequest(`can't parse entities: ${detail}`);
}
