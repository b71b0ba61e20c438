import { crc32, deflateSync } from "node:zlib";

const hex = (digits: string) => Buffer.from(digits.replaceAll(/\s/g, ""), "hex");

/**
 * A grey JPEG that any program shows, its sides multiples of eight: every block of it is two bits,
 * "as bright as the last one" and "no details". `mark` is a comment in it, to tell one from another.
 */
export function aRealJpeg({ width = 64, height = 48, mark = "" } = {}): Buffer {
  const frame = hex("ffc0 000b 08 0000 0000 01 011100");
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  const comment = Buffer.concat([hex("fffe 0000"), Buffer.from(mark)]);
  comment.writeUInt16BE(comment.length - 2, 2);
  const oneCode = `01 ${"00".repeat(15)} 00`;
  const bits = (width / 8) * (height / 8) * 2;
  const blocks = Buffer.alloc(Math.ceil(bits / 8));
  // The rest of the last byte is filled with ones.
  if (bits % 8 > 0) blocks[blocks.length - 1] = 0xff >> (bits % 8);
  return Buffer.concat([
    hex("ffd8 ffe0 0010 4a46494600 0101 00 0001 0001 0000"),
    comment,
    hex(`ffdb 0043 00 ${"01".repeat(64)}`),
    frame,
    hex(`ffc4 0014 00 ${oneCode}`),
    hex(`ffc4 0014 10 ${oneCode}`),
    hex("ffda 0008 01 0100 003f00"),
    blocks,
    hex("ffd9"),
  ]);
}

/** A black PNG of one bit a pixel, so that millions of pixels are a few kilobytes. */
export function aRealPng(width = 64, height = 48): Buffer {
  const header = hex("00000000 00000000 01 00 00 00 00");
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const rows = Buffer.alloc((1 + Math.ceil(width / 8)) * height);
  return Buffer.concat([
    hex("89504e470d0a1a0a"),
    pngChunk("IHDR", header),
    pngChunk("IDAT", deflateSync(rows)),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A WEBP of one pixel. */
export const realWebp = Buffer.from("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==", "base64");

function pngChunk(name: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}
