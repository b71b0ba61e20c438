import { gzipSync } from "node:zlib";
import { aRealJpeg } from "./real-pictures.ts";

const hex = (digits: string) => Buffer.from(digits.replaceAll(/\s/g, ""), "hex");

/** A second of silence in the format of Telegram's voices: OGG/Opus, fifty packets of 20 ms. */
export function aRealVoice(): Buffer {
  const head = Buffer.concat([Buffer.from("OpusHead"), hex("01 01 0000 80bb0000 0000 00")]);
  const tags = Buffer.concat([Buffer.from("OpusTags"), hex("04000000 74657374 00000000")]);
  const silence = hex("f8fffe");
  return Buffer.concat([
    oggPage({ number: 0, flags: 2, position: 0n }, [head]),
    oggPage({ number: 1, flags: 0, position: 0n }, [tags]),
    oggPage({ number: 2, flags: 4, position: 48_000n }, Array<Buffer>(50).fill(silence)),
  ]);
}

/** Three frames of MPEG-1 Layer III silence. */
export const realMp3 = Buffer.concat(
  Array<Buffer>(3).fill(Buffer.concat([hex("fffb9064"), Buffer.alloc(413)])),
);

/** A video of one picture, a second long: motion JPEG in an MP4. */
export function aRealMp4(mark = ""): Buffer {
  const picture = aRealJpeg({ mark });
  const type = box("ftyp", Buffer.from("isom\0\0\x02\0isommp41", "latin1"));
  const data = box("mdat", picture);
  return Buffer.concat([type, data, box("moov", movieOf(picture.length, type.length + 8))]);
}

/** The same video under the brand of audio, as voice recorders of phones write theirs. */
export function aRealM4a(): Buffer {
  const film = aRealMp4();
  film.write("M4A ", 8, "latin1");
  return film;
}

/** An empty animated sticker: gzipped Lottie. */
export const realTgs = gzipSync(
  JSON.stringify({ tgs: 1, v: "5.5.2", fr: 60, ip: 0, op: 60, w: 512, h: 512, layers: [] }),
);

/** A PDF of one empty page. */
export function aRealPdf(): Buffer {
  const objects = [
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
  ];
  let text = "%PDF-1.4\n";
  const places = objects.map((object, index) => {
    const place = text.length;
    text += `${index + 1} 0 obj${object}endobj\n`;
    return `${String(place).padStart(10, "0")} 00000 n \n`;
  });
  const start = text.length;
  const table = `xref\n0 4\n0000000000 65535 f \n${places.join("")}`;
  return Buffer.from(`${text}${table}trailer<</Size 4/Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`);
}

/** @see https://www.rfc-editor.org/rfc/rfc3533#section-6 */
function oggPage(
  { number, flags, position }: { number: number; flags: number; position: bigint },
  packets: readonly Buffer[],
): Buffer {
  const page = Buffer.concat([
    Buffer.from("OggS\0"),
    Buffer.from([flags]),
    Buffer.alloc(8),
    hex("01000000"),
    Buffer.from([number, 0, 0, 0]),
    Buffer.alloc(4),
    Buffer.from([packets.length, ...packets.map(({ length }) => length)]),
    ...packets,
  ]);
  page.writeBigUInt64LE(position, 6);
  page.writeUInt32LE(oggCheck(page), 22);
  return page;
}

/** The CRC of OGG: not reflected, starting at zero. */
function oggCheck(bytes: Buffer): number {
  let check = 0;
  for (const byte of bytes) {
    check ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) {
      check = check < 0 ? (check << 1) ^ 0x04c11db7 : check << 1;
    }
  }
  return check >>> 0;
}

/** A box of ISO 14496-12: its size, its name, its content. */
function box(name: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat([hex("00000000"), Buffer.from(name), ...parts]);
  body.writeUInt32BE(body.length);
  return body;
}

function movieOf(pictureBytes: number, pictureAt: number): Buffer {
  const number = (value: number) => hex(value.toString(16).padStart(8, "0"));
  const second = "000003e8 000003e8";
  const upright =
    "00010000 00000000 00000000 00000000 00010000 00000000 00000000 00000000 40000000";
  const oneSample = number(1);
  const format = box(
    "jpeg",
    hex(`000000000000 0001 ${"00".repeat(16)} 0040 0030 00480000 00480000 00000000 0001`),
    Buffer.alloc(32),
    hex("0018 ffff"),
  );
  const samples = box(
    "stbl",
    box("stsd", hex("00000000 00000001"), format),
    box("stts", hex("00000000 00000001 00000001 000003e8")),
    box("stsc", hex("00000000 00000001 00000001 00000001 00000001")),
    box("stsz", hex("00000000"), number(pictureBytes), oneSample),
    box("stco", hex("00000000"), oneSample, number(pictureAt)),
  );
  const place = box("dinf", box("dref", hex("00000000 00000001"), box("url ", hex("00000001"))));
  const media = box(
    "mdia",
    box("mdhd", hex(`00000000 00000000 00000000 ${second} 55c4 0000`)),
    box("hdlr", hex("00000000 00000000"), Buffer.from("vide"), Buffer.alloc(13)),
    box("minf", box("vmhd", hex("00000001 00000000 00000000")), place, samples),
  );
  const track = box(
    "tkhd",
    hex(`00000003 00000000 00000000 00000001 00000000 000003e8 ${"00".repeat(16)}`),
    hex(`${upright} 00400000 00300000`),
  );
  return Buffer.concat([
    box(
      "mvhd",
      hex(`00000000 00000000 00000000 ${second} 00010000 0100 ${"00".repeat(10)} ${upright}`),
      Buffer.alloc(24),
      number(2),
    ),
    box("trak", track, media),
  ]);
}
