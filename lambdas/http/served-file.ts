import { randomBytes } from "node:crypto";
import { create as contentDisposition } from "content-disposition";
import mime from "mime";

/** The address and the headers of a kept file. */
export type ServedFile = {
  /** 256 random bits in base64url and a harmless ending. */
  readonly path: string;
  readonly contentType: string;
  readonly contentDisposition: string;
  readonly cacheControl: string;
};

/** Facts about a file before the bridge reads it. All of them come from outside. */
export type FileFacts = {
  readonly fileName: string | undefined;
  readonly contentType: string | undefined;
};

/** The path says nothing about the file. Only the path keeps strangers out. */
const pathBytes = 32;
const unknownType = "application/octet-stream";
/** Only the reader's own cache may keep a file. So a deleted file does not stay in other caches. */
const cacheControl = "private, max-age=86400, immutable";

/** Endings that people know better than the first ending of the type in the library. */
const usualEndings: Readonly<Record<string, string>> = {
  "audio/mpeg": "mp3",
  "audio/ogg": "ogg",
  "video/quicktime": "mov",
};

/** Types that a browser shows itself and cannot run. XML drawings and invented types are not in the list. */
const shownInPlace: ReadonlySet<string> = new Set(
  `image/jpeg image/png image/gif image/webp image/avif image/bmp
  video/mp4 video/webm video/quicktime audio/ogg audio/opus audio/mpeg audio/mp4 audio/x-m4a
  audio/aac audio/flac audio/wav audio/x-wav audio/webm`.split(/\s+/),
);

/**
 * A new address and the headers of a file. A browser shows known kinds of pictures, sound and video in
 * place. It only saves any other file, above all HTML and SVG, under the file's own name. Without a type,
 * the ending of the name decides the type.
 */
export function servedFile(file: FileFacts, random: Buffer = randomBytes(pathBytes)): ServedFile {
  const ending = endingOf(file.fileName ?? "");
  const contentType = typeOf(file.contentType) ?? contentTypeOf(ending ?? "") ?? unknownType;
  const extension = usualEndings[contentType] ?? endingOfType(contentType) ?? ending ?? "bin";
  return {
    path: `${random.toString("base64url")}.${extension}`,
    contentType,
    contentDisposition: shownInPlace.has(contentType)
      ? "inline"
      : attachment(file.fileName, extension),
    cacheControl,
  };
}

/** The type of a file, from the ending of its name; undefined for an unknown ending. */
export function contentTypeOf(fileName: string): string | undefined {
  return mime.getType(fileName) ?? undefined;
}

function endingOfType(contentType: string): string | undefined {
  return contentType === unknownType ? undefined : (mime.getExtension(contentType) ?? undefined);
}

function endingOf(fileName: string): string | undefined {
  return /\.([a-z0-9]{1,5})$/i.exec(fileName)?.[1]?.toLowerCase();
}

/** The type without parameters; undefined for an unspecific type and for text that is no type. */
function typeOf(given: string | undefined): string | undefined {
  const type = given?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const isType = /^[a-z0-9!#$&^_.+-]{1,64}\/[a-z0-9!#$&^_.+-]{1,64}$/.test(type);
  return isType && type !== unknownType ? type : undefined;
}

function attachment(fileName: string | undefined, extension: string): string {
  const name = plainName(fileName ?? "");
  if (name === "") return "attachment";
  return contentDisposition(name, { fallback: `file.${extension}` });
}

/** A name on one line, without folders or reversed writing. A long name keeps its ending. */
function plainName(fileName: string): string {
  const visible = fileName
    .toWellFormed()
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "")
    .replace(/[/\\]/g, "_")
    .trim();
  const characters = Array.from(visible);
  if (characters.length <= 150) return visible;
  return [...characters.slice(0, 140), ...characters.slice(-10)].join("");
}
