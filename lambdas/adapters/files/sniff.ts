import { GIF } from "image-size/types/gif";
import { JPG } from "image-size/types/jpg";
import { PNG } from "image-size/types/png";
import { WEBP } from "image-size/types/webp";
import type { FileFacts, Inspect } from "../../ports/files.ts";

/** The kinds of pictures that Telegram shows; the library's others are left out on purpose. */
const pictures = [JPG, PNG, GIF, WEBP];

/**
 * Tells from the first bytes of a file what Telegram asks of voices and pictures; never throws. A
 * picture whose size is not told in them has none here.
 */
export const inspect: Inspect = (head) => {
  const picture = pictureIn(head);
  return { isOggOpus: isOggOpus(head), ...(picture === undefined ? {} : { picture }) };
};

/**
 * The first page of an OGG file holds one packet, which names the codec.
 * @see https://www.rfc-editor.org/rfc/rfc7845#section-3
 */
function isOggOpus(head: Uint8Array): boolean {
  const packet = 27 + (head[26] ?? 0);
  return isAt(head, 0, "OggS") && isAt(head, packet, "OpusHead");
}

function isAt(head: Uint8Array, offset: number, word: string): boolean {
  return Buffer.from(head.subarray(offset, offset + word.length)).toString("latin1") === word;
}

function pictureIn(head: Uint8Array): FileFacts["picture"] {
  // The library reads past the end of a part of a buffer, into whatever lies there.
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
