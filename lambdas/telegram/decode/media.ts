import * as z from "zod/mini";
import type { Media, MediaKind, MessageContent } from "../../model/content.ts";
import { visibleName } from "../../model/visible-name.ts";
import { isObject, listAt, textAt, valueAt } from "../../http/untrusted.ts";
import type { Fields } from "../../http/untrusted.ts";
import * as wire from "./wire.ts";
import { omitUndefined } from "./wire.ts";
import type { File } from "./wire.ts";
import { renderField } from "./entities.ts";

/** The largest file that bots may download, in bytes. @see https://core.telegram.org/bots/api#getfile */
export const maxDownloadBytes = 20 * 1024 * 1024;

/** Reads a kind of message as a file, from the field of that name; undefined when there is no file. */
type ReadMedia = (value: unknown) => Media | undefined;

/** Reads a file to show as `kind`. `contentType` is the type that Telegram always gives such files. */
function asMedia(kind: MediaKind, contentType?: string): ReadMedia {
  return (value) => {
    const file = fileOf(value);
    return file && mediaOf(kind, file, contentType);
  };
}

/** The largest size of a photo. Telegram makes all sizes JPEG. */
function readPhoto(value: unknown): Media | undefined {
  if (!Array.isArray(value)) return undefined;
  const sizes = value.flatMap((size) => fileOf(size) ?? []);
  const largest = sizes.reduce<File | undefined>(
    (best, size) => (best === undefined || pixels(size) >= pixels(best) ? size : best),
    undefined,
  );
  return largest && mediaOf("picture", largest, "image/jpeg");
}

/**
 * A video. When it is larger than bots may download, the result is its largest quality that bots may
 * download. When Telegram does not give its size, the result has that quality as `smaller`.
 * @see https://core.telegram.org/bots/api#videoquality
 */
function readVideo(value: unknown): Media | undefined {
  const film = asMedia("video")(value);
  if (film === undefined || Number(film.sizeBytes) <= maxDownloadBytes) return film;
  const fitting = listAt(value, "qualities")
    .flatMap((quality) => fileOf(quality) ?? [])
    .filter(({ file_size: bytes }) => bytes !== undefined && bytes <= maxDownloadBytes)
    .toSorted((a, b) => pixels(a) - pixels(b) || (a.file_size ?? 0) - (b.file_size ?? 0));
  const best = fitting.at(-1);
  if (best === undefined) return film;
  const smaller = { source: best.file_id, ...omitUndefined({ sizeBytes: best.file_size }) };
  return film.sizeBytes === undefined ? { ...film, smaller } : { ...film, ...smaller };
}

/** A live photo: its photo, then its video. */
export function readLivePhoto(value: unknown): readonly Media[] {
  const both = [readPhoto(valueAt(value, "photo")), readVideo(value)];
  return both.flatMap((media) => media ?? []);
}

/** An animation is a video without sound. An old one may still be a GIF. */
function readAnimation(value: unknown): Media | undefined {
  const file = fileOf(value);
  const isPicture = file?.mime_type?.startsWith("image/") === true;
  return file && mediaOf(isPicture ? "picture" : "video", file);
}

/** A piece of music. Its file gives the name, else the performer and the title. */
function readAudio(value: unknown): Media | undefined {
  const audio = asMedia("audio")(value);
  if (audio === undefined || audio.fileName !== undefined) return audio;
  const words = [textAt(value, "performer"), textAt(value, "title")];
  const name = words.flatMap((word) => visibleName(word) ?? []).join(" - ");
  const ending = audio.contentType === "audio/mp4" ? "m4a" : "mp3";
  return name === "" ? audio : { ...audio, fileName: `${name}.${ending}` };
}

/** A still sticker, or the thumbnail of a moving one, which only Telegram plays: a WEBP or JPEG picture. */
function readSticker(value: unknown): Media | undefined {
  if (!isObject(value)) return undefined;
  const moves = value["is_animated"] === true || value["is_video"] === true;
  return moves ? asMedia("picture")(value["thumbnail"]) : asMedia("sticker", "image/webp")(value);
}

/** The readers of files by the Bot API's names: of kinds of messages, of blocks, and of other fields. */
export const fileReaders = {
  animation: readAnimation,
  photo: readPhoto,
  video: readVideo,
  document: asMedia("file"),
  audio: readAudio,
  voice: asMedia("voice"),
  voice_note: asMedia("voice"),
  video_note: asMedia("video", "video/mp4"),
  sticker: readSticker,
} as const satisfies Readonly<Record<string, ReadMedia>>;
const readers: ReadonlyMap<string, ReadMedia> = new Map(Object.entries(fileReaders));

/** The place or the files that a nested value holds. */
export function contentsIn(value: unknown, name: string): readonly MessageContent[] {
  const spot = placeIn(value);
  return spot === undefined
    ? filesIn(value, name).map((media) => ({ type: "media", media }))
    : [spot];
}

/** The files of a nested value, of the kind of the field's name, else of the content type. */
function filesIn(value: unknown, name: string): readonly Media[] {
  if (Array.isArray(value)) {
    const isPhoto = value.length > 0 && value.every((size) => pixels(fileOf(size) ?? {}) > 0);
    return isPhoto ? [readPhoto(value)].flatMap((media) => media ?? []) : [];
  }
  const file = fileOf(value);
  if (file === undefined) return [];
  if (name === "live_photo") return readLivePhoto(value);
  const [kind = ""] = (file.mime_type ?? "").split("/");
  return [readers.get(name)?.(value) ?? mediaOf(kinds[kind] ?? "file", file)];
}

const kinds: Readonly<Record<string, MediaKind>> = {
  image: "picture",
  video: "video",
  audio: "audio",
};

/** The place in a value of unknown form; undefined when it holds none. */
export function placeIn(value: unknown): Extract<MessageContent, { type: "location" }> | undefined {
  const latitude = valueAt(value, "latitude");
  const longitude = valueAt(value, "longitude");
  if (!Number.isFinite(latitude) || !Number.isFinite(longitude)) return undefined;
  return { type: "location", latitude: Number(latitude), longitude: Number(longitude) };
}

function fileOf(value: unknown): File | undefined {
  const parsed = z.safeParse(wire.file, value);
  return parsed.success ? parsed.data : undefined;
}

function mediaOf(kind: MediaKind, file: File, contentType = file.mime_type): Media {
  return {
    kind,
    source: file.file_id,
    ...omitUndefined({
      fileName: visibleName(file.file_name),
      sizeBytes: file.file_size,
      durationSeconds: file.duration,
      contentType,
    }),
  };
}

function pixels({ width = 0, height = 0 }: Pick<File, "width" | "height">): number {
  return width * height;
}

/** The words of a poll, one line each: question, description, options, explanation. */
export function wordsOfPoll(poll: unknown): string {
  const lines = [
    linkedText(poll, "question", undefined),
    linkedText(poll, "description", valueAt(poll, "media")),
    ...listAt(poll, "options").map(optionText),
    linkedText(poll, "explanation", valueAt(poll, "explanation_media")),
  ];
  return lines.filter((line) => line !== "").join("\n");
}

/** The files and places of a poll. Those of an option have the option's words. */
export function mediaOfPoll(
  poll: unknown,
  contentsOf: (media: Fields) => readonly MessageContent[],
): readonly MessageContent[] {
  const of = (media: unknown) => {
    if (!isObject(media)) return [];
    // The words already have the link. Poll media never hold a poll, and such nesting would never end.
    const { link: _link, poll: _poll, ...shown } = media;
    return Object.keys(shown).length === 0 ? [] : contentsOf(shown);
  };
  return [
    ...of(valueAt(poll, "media")),
    ...listAt(poll, "options").flatMap((option) => {
      const [first, ...others] = of(valueAt(option, "media"));
      if (first === undefined) return [];
      const text = optionText(option);
      return [first.type === "media" ? { ...first, text } : first, ...others];
    }),
    ...of(valueAt(poll, "explanation_media")),
  ];
}

function optionText(option: unknown): string {
  return `○ ${linkedText(option, "text", valueAt(option, "media"))}`;
}

/** A text with its entities, and the link that a poll has in place of a picture. */
function linkedText(holder: unknown, field: string, media: unknown): string {
  const url = textAt(media, "link", "url");
  return [renderField(holder, field), url && `(${url})`].filter(Boolean).join(" ");
}
