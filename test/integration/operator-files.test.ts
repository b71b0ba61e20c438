import { beforeAll, describe, expect, test } from "@jest/globals";
import { aRealPng } from "../support/real-pictures.ts";
import { opened, sightings, useBridge } from "./bridge.ts";
import { bytesIn, files, operatorAttaches } from "./operator.ts";
import type { Attached, AttachedAs } from "./operator.ts";

const anna = { id: 42, first_name: "Anna", language_code: "en" };

const bridge = useBridge();
beforeAll(async () => {
  await opened(bridge, anna);
});

const sent = (attached: { type: AttachedAs; file: Attached }[], text?: string) =>
  operatorAttaches(bridge, anna.id, attached, text);

const { jpeg, png, pdf, mp4, voice, mp3, m4a, webp } = files;
const plainMp4Voice = { ...mp4, fileName: "voice.m4a", contentType: "audio/mp4" };
const huge = { ...png, bytes: aRealPng(6000, 5000), fileName: "huge.png" };
const narrow = { ...png, bytes: aRealPng(2100, 100), fileName: "narrow.png" };
const broken = { ...jpeg, bytes: jpeg.bytes.subarray(0, 40), fileName: "broken.jpg" };

describe("an operator's file reaches the customer byte for byte", () => {
  test.each<{ name: string; type: AttachedAs; file: Attached; method: string; form: string }>([
    { name: "a picture", type: "picture", file: jpeg, method: "sendPhoto", form: "photo" },
    { name: "a PNG", type: "picture", file: png, method: "sendPhoto", form: "photo" },
    {
      name: "too many pixels",
      type: "picture",
      file: huge,
      method: "sendDocument",
      form: "document",
    },
    { name: "too narrow", type: "picture", file: narrow, method: "sendDocument", form: "document" },
    {
      name: "a broken one",
      type: "picture",
      file: broken,
      method: "sendDocument",
      form: "document",
    },
    { name: "a video", type: "video", file: mp4, method: "sendVideo", form: "video" },
    { name: "a file", type: "file", file: pdf, method: "sendDocument", form: "document" },
    {
      name: "a picture as a file",
      type: "file",
      file: jpeg,
      method: "sendDocument",
      form: "document",
    },
    { name: "a voice", type: "voice", file: voice, method: "sendVoice", form: "voice" },
    { name: "a voice in MP3", type: "voice", file: mp3, method: "sendVoice", form: "voice" },
    { name: "a voice in M4A", type: "voice", file: m4a, method: "sendVoice", form: "voice" },
    {
      name: "a voice in MP4",
      type: "voice",
      file: plainMp4Voice,
      method: "sendVoice",
      form: "voice",
    },
    { name: "an audio", type: "audio", file: mp3, method: "sendAudio", form: "audio" },
    { name: "a sticker", type: "sticker", file: webp, method: "sendSticker", form: "sticker" },
    { name: "a JPEG sticker", type: "sticker", file: jpeg, method: "sendPhoto", form: "photo" },
  ])("$name: by $method, seen as $form", async ({ type, file, method, form }) => {
    const { status, messages } = await sent([{ type, file }]);

    expect(status).toEqual({ status: 1 });
    expect(messages).toMatchObject([{ method, text: "", file: { form, fileName: file.fileName } }]);
    expect(bytesIn(bridge, messages[0]).equals(file.bytes)).toBe(true);
  });

  test("several, in their order, the words with the first", async () => {
    const files: { type: AttachedAs; file: Attached }[] = [
      { type: "picture", file: jpeg },
      { type: "video", file: mp4 },
      { type: "file", file: pdf },
      { type: "picture", file: png },
    ];
    const { messages } = await sent(files, "All of it");

    expect(messages.map(({ text }) => text)).toEqual(["All of it", "", "", ""]);
    const got = messages.map((message) => bytesIn(bridge, message));
    expect(got).toEqual(files.map(({ file }) => file.bytes));
  });
});

describe("text that goes with a file", () => {
  test("is its caption up to Telegram's limit, and a complete message after it above the limit", async () => {
    const short = "a".repeat(1024);
    const long = `${"Слово ".repeat(200)}конец`;

    const fitting = await sent([{ type: "picture", file: jpeg }], short);
    const longer = await sent([{ type: "picture", file: jpeg }], long);
    const longest = await sent([{ type: "file", file: pdf }], "Предложение. ".repeat(400));

    expect(fitting.messages.map(({ text }) => text)).toEqual([short]);
    expect(longer.messages.map(({ text }) => text)).toEqual(["", long]);
    expect(longest.messages.map(({ method }) => method)).toEqual([
      "sendDocument",
      "sendMessage",
      "sendMessage",
    ]);
  });

  test("follows a sticker, which can have no caption", async () => {
    const { messages } = await sent([{ type: "sticker", file: webp }], "Hello!");

    expect(messages.map(({ method, text }) => [method, text])).toEqual([
      ["sendSticker", ""],
      ["sendMessage", "Hello!"],
    ]);
  });
});

test("no operator's text and no name or address of a file is in a log", () => {
  const words = ["All of it", "Hello!", "Слово", "door.jpg", "Счёт", "/attachments/"];

  expect(sightings(bridge, words).inLog).toEqual([]);
});
