import { describe, expect, test } from "@jest/globals";
import { oggOpus } from "../../../local/page/app/conversation/ogg.ts";
import { formOf } from "../../../local/simulators/telegram/files.ts";
import { aRealVoice } from "../../support/real-files.ts";

const packets = (count: number, length: number) =>
  Array.from({ length: count }, () => new Uint8Array(length).fill(7));

/** The pages of a file: what their headers say, and the bytes of their packets. */
function pagesOf(bytes: Buffer) {
  const pages = [];
  for (let at = 0; at < bytes.length;) {
    const table = [...bytes.subarray(at + 27, at + 27 + (bytes[at + 26] ?? 0))];
    const size = table.reduce((sum, part) => sum + part, 0);
    pages.push({
      mark: bytes.toString("latin1", at, at + 4),
      flags: bytes[at + 5],
      position: Number(bytes.readBigUInt64LE(at + 6)),
      number: bytes.readUInt32LE(at + 18),
      packets: table.filter((part) => part < 255).length,
      size,
    });
    at += 27 + table.length + size;
  }
  return pages;
}

describe("a voice message of the page", () => {
  test("is what Telegram takes as a voice message", () => {
    expect(formOf(Buffer.from(oggOpus(packets(50, 60))), "voice")).toBe("voice");
  });

  test("has the checksums of a file whose checksums are known", () => {
    const known = aRealVoice();
    const silence = Array.from({ length: 50 }, () => new Uint8Array([0xf8, 0xff, 0xfe]));
    const own = Buffer.from(oggOpus(silence));
    const ofAudio = (bytes: Buffer) => bytes.subarray(bytes.lastIndexOf("OggS"));
    expect(ofAudio(own).toString("hex")).toBe(ofAudio(known).toString("hex"));
  });

  test("begins with its two headers, and the last page ends the stream at its last sample", () => {
    const pages = pagesOf(Buffer.from(oggOpus(packets(600, 60))));
    expect(pages.map(({ mark }) => mark)).toEqual(Array(5).fill("OggS"));
    expect(pages.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4]);
    expect(pages.map(({ flags }) => flags)).toEqual([2, 0, 0, 0, 4]);
    expect(pages.map(({ position }) => position)).toEqual([0, 0, 255 * 960, 510 * 960, 600 * 960]);
    expect(pages.slice(2).map(({ packets: count }) => count)).toEqual([255, 255, 90]);
  });

  test.each([
    ["less than a segment", 254],
    ["exactly a segment, which needs an empty one after it", 255],
    ["more than a segment", 600],
  ])("keeps packets of any length: %s", (_what, length) => {
    const pages = pagesOf(Buffer.from(oggOpus(packets(3, length)))).slice(2);
    expect(pages.reduce((sum, { size }) => sum + size, 0)).toBe(3 * length);
    expect(pages.reduce((sum, { packets: count }) => sum + count, 0)).toBe(3);
  });
});
