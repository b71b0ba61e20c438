import { describe, expect, test } from "@jest/globals";
import { decodeHook } from "../../../lambdas/amocrm/decode/hook.ts";
import { anAmocrmHook, bytesOf } from "../../support/bodies.ts";
import { scopeId } from "../../support/events.ts";

const decode = (message: Readonly<Record<string, unknown>>) =>
  decodeHook(bytesOf(anAmocrmHook(message)), scopeId);
const media = "https://amojo.amocrm.ru/attachments/a";

describe("a file", () => {
  test.each(["picture", "video", "file", "voice", "audio", "sticker"])(
    "of type %s keeps its address, name, size, duration and caption",
    (type) => {
      const facts = { file_name: "a.bin", file_size: 9, media_duration: 3 };

      expect(decode({ type, media, text: "Look", ...facts })).toMatchObject({
        content: {
          type: "media",
          media: {
            kind: type,
            source: media,
            fileName: "a.bin",
            sizeBytes: 9,
            durationSeconds: 3,
          },
          text: "Look",
        },
      });
    },
  );

  test.each(["hologram", "text", "", null, undefined, 5])(
    "of the unknown type %j is a file",
    (type) => {
      expect(decode({ type, media, text: "" })).toMatchObject({
        content: { type: "media", media: { kind: "file", source: media } },
      });
    },
  );

  test.each([
    { file_name: "", file_size: 0, media_duration: 0, text: "" },
    { file_name: null, file_size: null, media_duration: null, text: null },
    { file_name: [], file_size: "big", media_duration: -1, text: [] },
    { file_name: {}, file_size: [], media_duration: {}, text: false },
    {},
  ])("with unknown properties has its address alone: %j", (facts) => {
    expect(decode({ type: "voice", media, ...(facts as object), text: "" })).toMatchObject({
      content: { type: "media", media: { kind: "voice", source: media } },
    });
    expect(decode({ type: "voice", media, text: undefined, ...facts })).toEqual(
      decode({ type: "voice", media, text: undefined }),
    );
  });

  test.each([
    { address: `${media}/image.jpg`, fileName: "image.jpg" },
    { address: `${media}/file.v2.tar.gz?download=1`, fileName: "file.v2.tar.gz" },
    { address: media, fileName: undefined },
    { address: `${media}/`, fileName: undefined },
    { address: `${media}/%2e%2e%2fa.jpg`, fileName: undefined },
    { address: "image.jpg", fileName: undefined },
  ])("without a name has that of its address: $address", ({ address, fileName }) => {
    const event = decode({ type: "picture", media: address, file_name: "" });

    const file = event.kind === "message" && event.content.type === "media" && event.content.media;
    expect(file).toEqual({
      kind: "picture",
      source: address,
      ...(fileName === undefined ? {} : { fileName }),
    });
  });

  test("is read the same with numbers as text and text as a number", () => {
    const given = { type: "file", media, file_size: "12", media_duration: "3.7", file_name: 5 };

    expect(decode({ ...given, text: 7 })).toMatchObject({
      content: { media: { sizeBytes: 12, fileName: "5" }, text: "7" },
    });
  });
});

describe("a lone surrogate", () => {
  test.each(["\ud83d", "\ude00\ud83d", "a\ud83d"])(
    "is replaced by U+FFFD in any read text: %j",
    (half) => {
      const whole = half.toWellFormed();
      const markup = { buttons: [[{ text: half, url: half }]] };
      const file = { type: "file", media, file_name: half };

      expect(decode({ text: half, markup, ...file })).toMatchObject({
        content: { text: whole, media: { fileName: whole } },
        buttons: [[{ text: whole, url: whole }]],
      });
      expect(decode({ text: half })).toMatchObject({ content: { type: "text", text: whole } });
    },
  );
});

describe("a message without a file", () => {
  test.each([{ media: "" }, { media: null }, { media: [] }, { media: false }])(
    "is a text: %j",
    (nothing) => {
      expect(decode(nothing)).toMatchObject({
        content: { type: "text", text: "How can we help?" },
      });
    },
  );

  test.each(["picture", "hologram"])("of the type %s is named, with its text", (type) => {
    expect(decode({ type, text: "caption" })).toMatchObject({
      content: { type: "unsupported", kind: type, text: "caption" },
    });
  });

  test.each(["the operator's own words", "<b>", "x".repeat(50)])(
    "with a type that is not a word is not named by it: %s",
    (type) => {
      expect(decode({ type })).toMatchObject({ content: { type: "unsupported", kind: "unknown" } });
    },
  );

  test.each([{ location: { lat: 55.5, lon: 37.5 } }, { location: { lat: "55.5", lon: "37.5" } }])(
    "with a location is that location: %j",
    (place) => {
      expect(decode({ type: "location", text: "", ...place })).toMatchObject({
        content: { type: "location", latitude: 55.5, longitude: 37.5 },
      });
    },
  );

  test("with a contact is that contact", () => {
    const contact = { name: "Bob", phone: 79_151_112_233 };

    expect(decode({ type: "contact", text: "", contact })).toMatchObject({
      content: { type: "contact", name: "Bob", phone: "79151112233" },
    });
  });

  test.each([{ location: { lat: "north" } }, { location: null }, { contact: { name: "Bob" } }])(
    "with a malformed location or contact is named: %j",
    (odd) => {
      for (const type of ["location", "contact"]) {
        expect(decode({ type, ...odd })).toMatchObject({
          content: { type: "unsupported", kind: type, text: "How can we help?" },
        });
      }
    },
  );
});
