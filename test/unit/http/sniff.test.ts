import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { inspect } from "../../../lambdas/http/sniff.ts";
import { realMp3 } from "../../support/real-files.ts";

const hex = (digits: string) => Buffer.from(digits.replaceAll(/\s/g, ""), "hex");
const segment = (marker: string, payload: Buffer) => {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(payload.length + 2);
  return Buffer.concat([hex(`ff${marker}`), length, payload]);
};
/** A JPEG of 640 x 480 as cameras write it: JFIF, any other segments, then the frame. */
const aJpeg = (frame = "c0", ...between: Buffer[]) =>
  Buffer.concat([
    hex("ffd8"),
    segment("e0", Buffer.from("JFIF\0\x01\x01\0\0\x01\0\x01\0\0", "latin1")),
    ...between,
    segment(frame, hex("08 01e0 0280 03 012200 021101 031101")),
  ]);
const aPng = hex("89504e470d0a1a0a 0000000d 49484452 00000280 000001e0 08060000");
const aGif = Buffer.concat([Buffer.from("GIF89a"), hex("8002 e001 f70000")]);
const riff = (chunk: string, payload: string) =>
  Buffer.concat([Buffer.from("RIFF....WEBP"), Buffer.from(chunk), hex(`0a000000 ${payload}`)]);
const aPage = (packet: string, segments = 1) =>
  Buffer.concat([
    Buffer.from("OggS"),
    Buffer.alloc(22),
    Buffer.from([segments]),
    Buffer.alloc(segments, 19),
    Buffer.from(packet),
  ]);
/** The first box of an MPEG-4 file: its main brand, a version, and the compatible brands. */
const anMp4 = (brand: string, ...others: string[]) => {
  const body = Buffer.concat([
    Buffer.from(`ftyp${brand}`),
    hex("00000200"),
    Buffer.from(others.join("")),
  ]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(body.length + 4);
  return Buffer.concat([size, body]);
};

describe("a picture", () => {
  test.each([
    { name: "JPEG", head: aJpeg() },
    { name: "progressive JPEG", head: aJpeg("c2") },
    {
      name: "JPEG with a profile before its frame",
      head: aJpeg("c0", segment("e2", Buffer.alloc(9000))),
    },
    { name: "PNG", head: aPng },
    { name: "GIF", head: aGif },
    { name: "lossy WebP", head: riff("VP8 ", "300100 9d012a 8002 e001 0000") },
    { name: "lossless WebP", head: riff("VP8L", "2f 7fc27700 0000000000") },
    { name: "extended WebP", head: riff("VP8X", "10000000 7f0200 df0100") },
  ])("that is a $name has its width and height", ({ head }) => {
    expect(inspect(head)).toEqual({ isVoice: false, picture: { width: 640, height: 480 } });
  });

  test.each([
    { name: "cut off before its frame", head: aJpeg().subarray(0, 24) },
    { name: "without a width", head: hex("89504e470d0a1a0a 0000000d 49484452 00000000 000001e0") },
    {
      name: "a format that Telegram does not show",
      head: Buffer.from("<svg width='1' height='1'/>"),
    },
    { name: "not a picture", head: Buffer.from("%PDF-1.7") },
    { name: "empty", head: Buffer.alloc(0) },
  ])("that is $name has no size", ({ head }) => {
    expect(inspect(head)).toEqual({ isVoice: false });
  });
});

describe("a voice", () => {
  test.each([1, 3])("is OGG/Opus with %i segments on its first page", (segments) => {
    expect(inspect(aPage("OpusHead\x01", segments)).isVoice).toBe(true);
  });

  test.each([
    { name: "MP3 under a tag", head: Buffer.from("ID3\x04") },
    { name: "bare MP3", head: realMp3 },
    { name: "MP3 of MPEG-2", head: hex("fff344c4") },
    { name: "M4A", head: anMp4("M4A ") },
    { name: "an audio book", head: anMp4("M4B ") },
    { name: "M4A under a general brand", head: anMp4("mp42", "isom", "M4A ") },
  ])("is $name", ({ head }) => {
    expect(inspect(head).isVoice).toBe(true);
  });

  test.each([
    { name: "OGG/Vorbis", head: aPage("\x01vorbis") },
    { name: "a video in MP4", head: anMp4("isom", "mp41") },
    { name: "MP4 whose brands are cut off", head: anMp4("mp42", "M4A ").subarray(0, 17) },
    {
      name: "MP4 that names M4A after its brands",
      head: Buffer.concat([anMp4("mp42"), Buffer.from("M4A ")]),
    },
    { name: "AAC without a box", head: hex("fff1508000") },
    { name: "MPEG layer II", head: hex("fffd9064") },
    { name: "a reserved version", head: hex("ffeb9064") },
    { name: "an invalid bit rate", head: hex("fffbf064") },
    { name: "an invalid sampling rate", head: hex("fffb9c64") },
    { name: "a page cut off", head: aPage("Opus") },
    { name: "Opus outside its place", head: Buffer.from("OggSOpusHead") },
  ])("is not when it is $name", ({ head }) => {
    expect(inspect(head).isVoice).toBe(false);
  });
});

test.each(["isom", "mp42", "M4A ", "qt  "])("MP4 of the brand '%s' is recognised", (brand) => {
  expect(inspect(anMp4(brand)).isMp4).toBe(true);
  expect(inspect(Buffer.from(`ftyp${brand}`))).not.toHaveProperty("isMp4");
});

test("any bytes are read without an exception, also after a valid beginning", () => {
  const beginnings = [aJpeg().subarray(0, 20), aPng.subarray(0, 16), aGif.subarray(0, 6)];
  const webp = [Buffer.from("RIFF....WEBPVP8X"), Buffer.from("RIFF....WEBPVP8L"), aPage("")];
  const heads = fc
    .tuple(
      fc.constantFrom(Buffer.alloc(0), ...beginnings, ...webp),
      fc.uint8Array({ maxLength: 2000 }),
    )
    .map((parts) => Buffer.concat(parts));
  fc.assert(
    fc.property(heads, (head) => {
      const { picture } = inspect(head);

      expect((picture?.width ?? 1) > 0 && (picture?.height ?? 1) > 0).toBe(true);
    }),
  );
});
