import { GIF } from "image-size/types/gif";
import { JPG } from "image-size/types/jpg";
import { PNG } from "image-size/types/png";
import { WEBP } from "image-size/types/webp";
import type { FileFacts, Inspect } from "../model/messenger.ts";

/** The kinds of pictures that Telegram shows. The list omits the library's other kinds on purpose. */
const pictures = [JPG, PNG, GIF, WEBP];

/** Finds in a file's first bytes the facts that Telegram requires of voices and pictures. Never throws. */
export const inspect: Inspect = (head) => {
  const picture = pictureIn(head);
  const isVoice = isOggOpus(head) || isMp3(head) || isM4a(head);
  return {
    isVoice,
    ...(isMp4(head) ? { isMp4: true } : {}),
    ...(picture === undefined ? {} : { picture }),
  };
};

/**
 * The first page of an OGG file holds one packet, which names the codec.
 * @see https://www.rfc-editor.org/rfc/rfc7845#section-3
 */
function isOggOpus(head: Uint8Array): boolean {
  const packet = 27 + (head[26] ?? 0);
  return isAt(head, 0, "OggS") && isAt(head, packet, "OpusHead");
}

/** True for a tag in front, or for a frame: eleven one-bits, layer III, and no reserved value. */
function isMp3(head: Uint8Array): boolean {
  if (isAt(head, 0, "ID3")) return true;
  const [sync = 0, kind = 0, rates = 0] = head;
  const isFrame = sync === 0xff && (kind & 0xe0) === 0xe0 && (kind & 0x18) !== 0x08;
  return isFrame && (kind & 0x06) === 0x02 && rates >> 4 !== 0x0f && (rates & 0x0c) !== 0x0c;
}

function isMp4(head: Uint8Array): boolean {
  return isAt(head, 4, "ftyp");
}

const mostBrandBytes = 512;

/**
 * True for MPEG-4 that names sound, by its brand or by a compatible brand after it.
 * @see https://www.iso.org/standard/83102.html (ISO/IEC 14496-12, `ftyp`)
 */
function isM4a(head: Uint8Array): boolean {
  if (!isMp4(head)) return false;
  const size = Math.min(Buffer.from(head).readUInt32BE(0), head.length, mostBrandBytes);
  const brands = [
    8,
    ...Array.from({ length: Math.max(0, (size - 16) >> 2) }, (_, i) => 16 + i * 4),
  ];
  return brands.some((at) => isAt(head, at, "M4A ") || isAt(head, at, "M4B "));
}

function isAt(head: Uint8Array, offset: number, word: string): boolean {
  return Buffer.from(head.subarray(offset, offset + word.length)).toString("latin1") === word;
}

function pictureIn(head: Uint8Array): FileFacts["picture"] {
  // The library reads past the end of a part of a buffer, into other memory. So it gets a copy.
  const own = new Uint8Array(head);
  try {
    const { width, height } = pictures.find((kind) => kind.validate(own))?.calculate(own) ?? {};
    return isLength(width) && isLength(height) ? { width, height } : undefined;
  } catch {
    return undefined; // cut off, or no picture after all
  }
}

function isLength(length: number | undefined): length is number {
  return Number.isSafeInteger(length) && Number(length) > 0;
}
