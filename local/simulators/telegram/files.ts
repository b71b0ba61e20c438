import { imageSize } from "image-size";
import { badRequest } from "./answers.ts";

const maxDownloadBytes = 20 * 1024 * 1024;

type StoredFile = { id: string; uniqueId: string; size: number; path: string; bytes?: Buffer };

/** Files of customers and of the bot. Every `file_id` that went in or out can be downloaded. */
export class Files {
  readonly #byId = new Map<string, StoredFile>();

  /** Records every file that an update names. It makes up missing bytes, of the size that the update gives. */
  noteAll(value: unknown): void {
    if (typeof value !== "object" || value === null) return;
    const file = value as { file_id?: unknown; file_unique_id?: unknown; file_size?: unknown };
    if (typeof file.file_id === "string" && !this.#byId.has(file.file_id)) {
      const uniqueId = typeof file.file_unique_id === "string" ? file.file_unique_id : file.file_id;
      this.#add(file.file_id, typeof file.file_size === "number" ? file.file_size : 1, uniqueId);
    }
    for (const part of Object.values(value)) this.noteAll(part);
  }

  put(id: string, bytes: Uint8Array): void {
    const own = Buffer.from(bytes);
    this.#add(id, own.length, id, endingOf(own)).bytes = own;
  }

  /** Stores a file of the bot, and answers its description in the Bot API's form. */
  keep(bytes: Buffer): { file_id: string; file_unique_id: string; file_size: number } {
    const id = `sent-${this.#byId.size + 1}`;
    this.put(id, bytes);
    return { file_id: id, file_unique_id: id, file_size: bytes.byteLength };
  }

  describe(fileId: string): Record<string, unknown> {
    const file = this.#byId.get(fileId);
    if (file === undefined) throw badRequest("invalid file_id");
    if (file.size > maxDownloadBytes) throw badRequest("file is too big");
    return {
      file_id: file.id,
      file_unique_id: file.uniqueId,
      file_size: file.size,
      file_path: file.path,
    };
  }

  /** The bytes at a path that `getFile` gave. */
  read(path: string): Buffer | undefined {
    const file = [...this.#byId.values()].find((candidate) => candidate.path === path);
    return file && this.bytesOf(file.id);
  }

  bytesOf(fileId: string): Buffer | undefined {
    const file = this.#byId.get(fileId);
    return file && (file.bytes ?? Buffer.alloc(file.size, file.id));
  }

  #add(id: string, size: number, uniqueId = id, ending = ""): StoredFile {
    const path = this.#byId.get(id)?.path ?? `documents/file_${this.#byId.size}${ending}`;
    const file: StoredFile = { id, uniqueId, size, path };
    this.#byId.set(id, file);
    return file;
  }
}

/** The form that Telegram gives a file by its bytes. An unknown form is a document. */
export type FileForm = "photo" | "voice" | "audio" | "video" | "animation" | "sticker" | "document";

/** Width and height of a picture in a format that Telegram accepts. Undefined for anything else. */
export function pictureSize(bytes: Buffer): { width: number; height: number } | undefined {
  try {
    const { type = "", width, height } = imageSize(bytes);
    return ["png", "gif", "webp", "jpg"].includes(type) ? { width, height } : undefined;
  } catch {
    return undefined; // no picture, or one that is cut off
  }
}

/**
 * The form of a file that was sent as `sentAs`. For example, a voice message with other bytes is not shown as
 * voice.
 */
export function formOf(bytes: Buffer, sentAs: FileForm): FileForm {
  const head = bytes.toString("latin1", 0, 128);
  const isMp4 = head.slice(4, 8) === "ftyp";
  // Only Layer III: AAC begins with a mark like that of MP3.
  const isMp3 = head.startsWith("ID3") || /^\xff[\xe2\xe3\xf2\xf3\xfa\xfb]/.test(head);
  const isMusic = isMp3 || isMp4;
  switch (sentAs) {
    case "voice":
      // MP3 and M4A since Bot API 7.3.
      // @see https://core.telegram.org/bots/api#sendvoice
      if (head.startsWith("OggS")) return head.includes("OpusHead") ? "voice" : "document";
      return isMusic ? "voice" : "document";
    case "audio":
      return isMusic || head.startsWith("OggS") ? "audio" : "document";
    case "video":
      return isMp4 ? "video" : "document";
    case "animation":
      return isMp4 || head.startsWith("GIF8") ? "animation" : "document";
    case "sticker": {
      const isFilm = head.startsWith("\x1aE\xdf\xa3") || head.startsWith("\x1f\x8b");
      return isWebp(bytes) || isFilm ? "sticker" : "document";
    }
    case "photo":
    case "document":
      return sentAs;
  }
}

/** The ending of a file's path, for pictures, which have no name in the Bot API. Empty for anything else. */
function endingOf(bytes: Buffer): string {
  if (isWebp(bytes)) return ".webp";
  return startsWith(bytes, "\xff\xd8\xff") ? ".jpg" : "";
}

function isWebp(bytes: Buffer): boolean {
  return startsWith(bytes, "RIFF") && bytes.toString("latin1", 8, 12) === "WEBP";
}

function startsWith(bytes: Buffer, latin1: string): boolean {
  return bytes.toString("latin1", 0, latin1.length) === latin1;
}
