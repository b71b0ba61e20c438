/** The form that Telegram gives a file by its bytes. An unknown form is a document. */
export type FileForm = "photo" | "voice" | "audio" | "video" | "animation" | "sticker" | "document";

/** Width and height of a picture in a format that Telegram accepts. Undefined for anything else. */
export function pictureSize(bytes: Buffer): { width: number; height: number } | undefined {
  if (startsWith(bytes, "\x89PNG\r\n\x1a\n") && bytes.length >= 24) {
    return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  }
  if (/^GIF8[79]a/.test(bytes.toString("latin1", 0, 6)) && bytes.length >= 10) {
    return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  }
  if (isWebp(bytes)) return webpSize(bytes);
  return startsWith(bytes, "\xff\xd8\xff") ? jpegSize(bytes) : undefined;
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

function webpSize(bytes: Buffer): { width: number; height: number } | undefined {
  if (bytes.length < 30) return undefined;
  switch (bytes.toString("latin1", 12, 16)) {
    case "VP8X":
      return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    case "VP8L": {
      const bits = bytes.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
    }
    default:
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
  }
}

/** Reads segment after segment until the one with the size of the picture. */
function jpegSize(bytes: Buffer): { width: number; height: number } | undefined {
  let at = 2;
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

function startsWith(bytes: Buffer, latin1: string): boolean {
  return bytes.toString("latin1", 0, latin1.length) === latin1;
}
