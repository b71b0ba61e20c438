import { describe, expect, test } from "@jest/globals";
import { decodeUpdate } from "../../../lambdas/telegram/decode/update.ts";
import { aTelegramUpdate, bytesOf } from "../../support/bodies.ts";
import { botId } from "../../support/events.ts";

const contentOf = (message: Readonly<Record<string, unknown>>) => {
  const event = decodeUpdate(bytesOf(aTelegramUpdate({ text: undefined, ...message })), botId);
  return "content" in event ? event.content : undefined;
};
const file = { file_id: "f" };

describe("a file of a customer", () => {
  test("has the name, size and duration from Telegram", () => {
    const video = {
      ...file,
      file_name: "a.mp4",
      mime_type: "video/mp4",
      file_size: 10,
      duration: 3,
    };

    expect(contentOf({ video, caption: "Look" })).toEqual({
      type: "media",
      media: {
        kind: "video",
        source: "f",
        fileName: "a.mp4",
        sizeBytes: 10,
        durationSeconds: 3,
        contentType: "video/mp4",
      },
      text: "Look",
    });
  });

  describe("that is a video of more than 20 MB", () => {
    const megabyte = 1024 * 1024;
    const original = {
      ...file,
      file_name: "a.mp4",
      file_size: 21 * megabyte,
      width: 3840,
      height: 2160,
    };
    const quality = (file_id: string, height: number, file_size?: number) => {
      return {
        file_id,
        file_unique_id: file_id,
        width: height * 2,
        height,
        codec: "h264",
        file_size,
      };
    };
    test.each([
      {
        name: "comes in the largest form that bots may download",
        qualities: [
          quality("480", 480, 5),
          quality("1080", 1080, 20 * megabyte),
          quality("720", 720, 9),
        ],
        source: "1080",
      },
      {
        name: "does not come in a form that is too large or of unknown size",
        qualities: [
          quality("1440", 1440, 20 * megabyte + 1),
          quality("1080", 1080),
          quality("360", 360, 7),
        ],
        source: "360",
      },
      {
        name: "stays itself when all forms are too large",
        qualities: [quality("1440", 1440, 30 * megabyte)],
        source: "f",
      },
      { name: "stays itself without any other form", qualities: undefined, source: "f" },
      {
        name: "stays itself when the forms are not a list",
        qualities: "unidentified",
        source: "f",
      },
    ])("$name", ({ qualities, source }) => {
      const media = { kind: "video", source, fileName: "a.mp4" };
      expect(contentOf({ video: { ...original, qualities } })).toMatchObject({ media });
    });

    test("and has no size has its largest smaller form as a fallback", () => {
      const { file_size: _, ...video } = original;
      const qualities = [quality("720", 720, 9), quality("480", 480, 5)];
      const smaller = { source: "720", sizeBytes: 9 };

      expect(contentOf({ video: { ...video, qualities } })).toMatchObject({
        media: { source: "f", smaller },
      });
      expect(contentOf({ video })).not.toHaveProperty("media.smaller");
    });

    test("does not apply to a smaller video, whatever forms it has", () => {
      const video = {
        ...original,
        file_size: 20 * megabyte,
        qualities: [quality("1080", 1080, 5)],
      };

      expect(contentOf({ video })).toMatchObject({ media: { source: "f" } });
    });
  });

  test.each([
    {
      name: "with malformed details",
      video: { ...file, file_size: "10", duration: -1, file_name: 5 },
    },
    {
      name: "with empty details",
      video: { ...file, file_name: "", mime_type: "" },
    },
    { name: "with an invisible name", video: { ...file, file_name: " \u200b\u3164" } },
    { name: "without details", video: file },
  ])("$name is still a file", ({ video }) => {
    expect(contentOf({ video })).toEqual({ type: "media", media: { kind: "video", source: "f" } });
  });

  test.each([null, 5, "f", [], {}, { file_id: "" }, { file_id: 5 }])(
    "that is not a file (%j) is shown by its kind, with its caption",
    (video) => {
      expect(contentOf({ video, caption: "Look" })).toMatchObject({
        type: "unsupported",
        kind: "video",
        text: expect.stringMatching(/^Look/),
      });
    },
  );

  test("that is a photo comes in its largest size, in any order of sizes", () => {
    const photo = [
      { file_id: "small", width: 90, height: 60 },
      { file_id: "large", width: 900, height: 600 },
      null,
      { file_id: "middle", width: 320, height: 240 },
    ];

    expect(contentOf({ photo })).toMatchObject({ media: { kind: "picture", source: "large" } });
  });

  test.each([
    { mime_type: "video/mp4", kind: "video" },
    { mime_type: undefined, kind: "video" },
    { mime_type: "image/gif", kind: "picture" },
  ])("that is an animation of type $mime_type is a $kind", ({ mime_type, kind }) => {
    expect(contentOf({ animation: { ...file, mime_type } })).toMatchObject({ media: { kind } });
  });

  test.each([
    { audio: { performer: "A", title: "B" }, fileName: "A - B.mp3" },
    { audio: { title: "B", mime_type: "audio/mp4" }, fileName: "B.m4a" },
    { audio: { title: "B", file_name: "c.flac" }, fileName: "c.flac" },
    { audio: { title: "B", file_name: "", mime_type: "" }, fileName: "B.mp3" },
    { audio: { performer: "", title: "\u200bB" }, fileName: "B.mp3" },
    { audio: { file_name: "a\u202eg\npj.exe" }, fileName: "ag pj.exe" },
  ])("that is music is named $fileName", ({ audio, fileName }) => {
    expect(contentOf({ audio: { ...file, ...audio } })).toMatchObject({ media: { fileName } });
  });

  test.each([
    { name: "moves", moving: { is_animated: true } },
    { name: "is a video", moving: { is_video: true } },
  ])(
    "that is a sticker that $name is its picture and its emoji, or its emoji alone",
    ({ moving }) => {
      const sticker = { ...file, emoji: "👋", ...moving };

      expect(contentOf({ sticker: { ...sticker, thumbnail: { file_id: "t" } } })).toEqual({
        type: "media",
        media: { kind: "picture", source: "t" },
        text: "👋",
      });
      expect(contentOf({ sticker })).toEqual({ type: "unsupported", kind: "sticker", text: "👋" });
    },
  );

  test("that is a live photo without its photo is its video", () => {
    expect(contentOf({ live_photo: file })).toMatchObject({
      media: { kind: "video", source: "f" },
    });
  });
});

describe("a location", () => {
  test.each([{ latitude: "1", longitude: 2 }, { latitude: 1 }, 5, null])(
    "that is not a location (%j) is shown by its kind",
    (location) => {
      expect(contentOf({ location })).toMatchObject({ type: "unsupported", kind: "location" });
    },
  );
});

describe("a contact", () => {
  test.each([
    { contact: { phone_number: "+7", first_name: "Ivan", last_name: "S" }, name: "Ivan S" },
    { contact: { phone_number: "+7" }, name: "+7" },
  ])("has the name $name", ({ contact, name }) => {
    expect(contentOf({ contact })).toEqual({ type: "contact", name, phone: "+7" });
  });

  test("without a phone number is shown with its text", () => {
    expect(contentOf({ contact: { first_name: "Ivan" } })).toEqual({
      type: "unsupported",
      kind: "contact",
      text: "Ivan",
    });
  });
});
