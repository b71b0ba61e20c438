import { describe, expect, test } from "@jest/globals";
import { aRealMp4, aRealPdf, aRealVoice, realMp3, realTgs } from "../support/real-files.ts";
import { aRealJpeg, realWebp } from "../support/real-pictures.ts";
import { botKey, fetchedFor, shown, sightings, useBridge } from "./bridge.ts";

const bridge = useBridge();

const anna = { id: 42, first_name: "Анна", language_code: "ru" };
/** A file as the Bot API describes it. Telegram has its bytes under this id. */
const aFile = (fileId: string, bytes: Buffer, more: object = {}) => {
  bridge.telegram.putFile(fileId, bytes);
  return { file_id: fileId, file_unique_id: `u-${fileId}`, file_size: bytes.length, ...more };
};
const film = { width: 64, height: 48, duration: 7, mime_type: "video/mp4" };

/**
 * For each kind: Telegram's fields, what amoCRM gets, and what amoCRM then finds at the address.
 */
const kinds = [
  {
    kind: "photo, with its caption",
    bytes: aRealJpeg({ mark: "large" }),
    fields: (bytes: Buffer) => ({
      photo: [
        aFile("photo-s", aRealJpeg({ mark: "small" }), { width: 16, height: 12 }),
        aFile("photo-l", bytes, { width: 64, height: 48 }),
      ],
      caption: "моя дверь",
    }),
    content: { type: "picture", text: "моя дверь", file_name: "picture.jpg" },
    contentType: "image/jpeg",
  },
  {
    kind: "video, with its caption",
    bytes: aRealMp4("video"),
    fields: (bytes: Buffer) => ({
      video: aFile("video", bytes, { ...film, file_name: "двор.mp4" }),
      caption: "наш двор",
    }),
    content: { type: "video", text: "наш двор", file_name: "двор.mp4", media_duration: 7 },
    contentType: "video/mp4",
  },
  {
    kind: "animation",
    bytes: aRealMp4("animation"),
    fields: (bytes: Buffer) => {
      const animation = aFile("animation", bytes, { ...film, file_name: "cat.mp4" });
      return { animation, document: animation };
    },
    content: { type: "video", text: "", file_name: "cat.mp4", media_duration: 7 },
    contentType: "video/mp4",
  },
  {
    kind: "document",
    bytes: aRealPdf(),
    fields: (bytes: Buffer) => ({
      document: aFile("document", bytes, {
        file_name: "Договор № 7.pdf",
        mime_type: "application/pdf",
      }),
      caption: "подпишите",
    }),
    content: { type: "file", text: "подпишите", file_name: "Договор № 7.pdf" },
    contentType: "application/pdf",
  },
  {
    kind: "audio",
    bytes: realMp3,
    fields: (bytes: Buffer) => ({
      audio: aFile("audio", bytes, {
        duration: 3,
        performer: "Хор",
        title: "Песня",
        mime_type: "audio/mpeg",
      }),
    }),
    content: { type: "audio", text: "", file_name: "Хор - Песня.mp3", media_duration: 3 },
    contentType: "audio/mpeg",
  },
  {
    kind: "voice",
    bytes: aRealVoice(),
    fields: (bytes: Buffer) => ({
      voice: aFile("voice", bytes, { duration: 1, mime_type: "audio/ogg" }),
    }),
    content: { type: "voice", text: "", file_name: "voice.ogg", media_duration: 1 },
    contentType: "audio/ogg",
  },
  {
    kind: "video note",
    bytes: aRealMp4("note"),
    fields: (bytes: Buffer) => ({ video_note: aFile("note", bytes, { length: 240, duration: 7 }) }),
    content: { type: "video", text: "", file_name: "video.mp4", media_duration: 7 },
    contentType: "video/mp4",
  },
  {
    kind: "sticker",
    bytes: realWebp,
    fields: (bytes: Buffer) => ({
      sticker: aFile("sticker", bytes, { emoji: "👋", is_animated: false, is_video: false }),
    }),
    content: { type: "sticker", text: "", file_name: "sticker.webp" },
    contentType: "image/webp",
  },
  {
    kind: "animated sticker, as its picture with its emoji",
    bytes: aRealJpeg({ mark: "thumbnail" }),
    fields: (bytes: Buffer) => ({
      sticker: aFile("moving", realTgs, {
        emoji: "👋",
        is_animated: true,
        is_video: false,
        thumbnail: aFile("thumbnail", bytes, { width: 64, height: 48 }),
      }),
    }),
    content: { type: "picture", text: "👋", file_name: "picture.jpg" },
    contentType: "image/jpeg",
  },
];

describe("a customer's file reaches the operator byte for byte", () => {
  test.each(kinds)("$kind", async ({ bytes, fields, content, contentType }) => {
    const { messageId } = await bridge.telegram.customer.send(anna, fields(bytes));

    const message = await shown(bridge, anna.id, messageId);
    const fetched = await fetchedFor(bridge, message);
    const { address: media } = fetched;
    expect(message.content).toEqual({ ...content, media, file_size: bytes.length });
    expect(fetched).toMatchObject({ status: 200, contentType });
    expect(fetched.bytes.equals(bytes)).toBe(true);
  });
});

test("a forwarded photo arrives with its first sender's name, byte for byte", async () => {
  const bytes = aRealJpeg({ mark: "forwarded" });
  const photo = [aFile("forwarded", bytes, { width: 64, height: 48 })];
  const origin = { type: "hidden_user", date: 1, sender_user_name: "Мария" };
  const fields = { photo, caption: "крыльцо", forward_origin: origin };
  const { messageId } = await bridge.telegram.customer.send(anna, fields);

  const message = await shown(bridge, anna.id, messageId);
  expect(message).toMatchObject({ type: "picture", text: "Переслано от Мария:\nкрыльцо" });
  expect((await fetchedFor(bridge, message)).bytes.equals(bytes)).toBe(true);
});

describe("the storage of the files", () => {
  test("gives each file its own address, and its answers name neither the bot nor the customer", async () => {
    const addresses = bridge.amocrm.fetched().map(({ address }) => address);

    expect(new Set(addresses).size).toBe(addresses.length);
    for (const address of addresses) {
      expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\.[a-z0-9]+$/);
      const { headers } = await fetch(address);
      const text = JSON.stringify([...headers]);
      expect(text).not.toMatch(/1000000001|laptop-bot-token|Анна|tg-/);
    }
  });

  test("still has the file when the operator opens it later", async () => {
    const message = bridge.amocrm.messages().find(({ type }) => type === "voice");

    const fetched = await bridge.amocrm.fetchAgain(message?.id ?? "");

    expect(fetched.bytes.equals(aRealVoice())).toBe(true);
  });

  test("the bot's token appears nowhere, and no file name is in a log", () => {
    const names = ["Договор", "двор", "cat.mp4", "Песня", "моя дверь", "Анна", "Мария"];

    expect(sightings(bridge, [botKey])).toEqual({ inAmocrm: [], inLog: [] });
    expect(sightings(bridge, names).inLog).toEqual([]);
    expect(sightings(bridge, names).inAmocrm.length).toBeGreaterThan(names.length);
  });
});
