import type { SimulatedAnswer } from "../../http.ts";
import { TelegramRefusal, badRequest, success } from "./answers.ts";
import type { Bot } from "./bot.ts";
import { formOf, pictureSize } from "./file-forms.ts";
import type { FileForm } from "./file-forms.ts";
import { readText } from "./formatting.ts";
import type { UploadedFile } from "./multipart.ts";
import type { Parameters } from "./parameters.ts";
import { deliver, readSending } from "./sending.ts";

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
