import { imageSize } from "image-size";

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
 * The form of a file that was sent as `sentAs`. For example, a voice message with other bytes is not
 * shown as voice.
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
export function endingOf(bytes: Buffer): string {
  if (isWebp(bytes)) return ".webp";
  return startsWith(bytes, "\xff\xd8\xff") ? ".jpg" : "";
}

function isWebp(bytes: Buffer): boolean {
  return startsWith(bytes, "RIFF") && bytes.toString("latin1", 8, 12) === "WEBP";
}

function startsWith(bytes: Buffer, latin1: string): boolean {
  return bytes.toString("latin1", 0, latin1.length) === latin1;
}
