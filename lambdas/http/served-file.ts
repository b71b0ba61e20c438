import { randomBytes } from "node:crypto";

/** How a kept file is addressed and presented to whoever opens its address. */
export type ServedFile = {
  /** 256 random bits in base64url and a harmless ending. */
  readonly path: string;
  readonly contentType: string;
  readonly contentDisposition: string;
  readonly cacheControl: string;
};

/** What may be said of a file beforehand; all of it comes from outside. */
export type FileFacts = {
  readonly fileName: string | undefined;
  readonly contentType: string | undefined;
};

/** The path says nothing about the file: it is the only thing that keeps strangers out. */
const pathBytes = 32;
const unknownType = "application/octet-stream";
/** Nobody's cache but the reader's own, so that what is deleted is gone. */
const cacheControl = "private, max-age=86400, immutable";

/** Types by the endings that messengers give; the first ending of a type is the one we give. */
const types: Readonly<Record<string, string>> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  gif: "image/gif",
  webp: "image/webp",
  mp4: "video/mp4",
  webm: "video/webm",
  mov: "video/quicktime",
  ogg: "audio/ogg",
  oga: "audio/ogg",
  mp3: "audio/mpeg",
  m4a: "audio/mp4",
  wav: "audio/wav",
  pdf: "application/pdf",
};

/** What a browser shows by itself and cannot run; drawings in XML, and names made up, are not among it. */
const shownInPlace: ReadonlySet<string> = new Set(
  `image/jpeg image/png image/gif image/webp image/avif image/bmp
  video/mp4 video/webm video/quicktime audio/ogg audio/opus audio/mpeg audio/mp4 audio/x-m4a
  audio/aac audio/flac audio/wav audio/x-wav audio/webm`.split(/\s+/),
);

/**
 * A new address and the headers of a file. Known kinds of pictures, sound and video are shown in place;
 * anything else, html and svg above all, is only ever saved, under its own name. A type that is not told is taken
 * from the name's ending.
 */
export function servedFile(file: FileFacts, random: Buffer = randomBytes(pathBytes)): ServedFile {
  const ending = endingOf(file.fileName ?? "");
  const contentType = typeOf(file.contentType) ?? types[ending ?? ""] ?? unknownType;
  const endingOfType = Object.keys(types).find((each) => types[each] === contentType);
  const extension = endingOfType ?? ending ?? "bin";
  return {
    path: `${random.toString("base64url")}.${extension}`,
    contentType,
    contentDisposition: shownInPlace.has(contentType)
      ? "inline"
      : attachment(file.fileName, extension),
    cacheControl,
  };
}

/** The type that a file's name tells by its ending; undefined for an ending that messengers do not give. */
export function contentTypeOf(fileName: string): string | undefined {
  return types[endingOf(fileName) ?? ""];
}

function endingOf(fileName: string): string | undefined {
  return /\.([a-z0-9]{1,5})$/i.exec(fileName)?.[1]?.toLowerCase();
}

/** The type without parameters; undefined for none, an unspecific one, or what is no type at all. */
function typeOf(given: string | undefined): string | undefined {
  const type = given?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const isType = /^[a-z0-9!#$&^_.+-]{1,64}\/[a-z0-9!#$&^_.+-]{1,64}$/.test(type);
  return isType && type !== unknownType ? type : undefined;
}

/** https://www.rfc-editor.org/rfc/rfc6266#section-4.3 with the encoding of RFC 5987. */
function attachment(fileName: string | undefined, extension: string): string {
  const name = plainName(fileName ?? "");
  if (name === "") return "attachment";
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="file.${extension}"; filename*=UTF-8''${encoded}`;
}

/** One line without folders or reversed writing, short enough for a header, its ending kept. */
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
