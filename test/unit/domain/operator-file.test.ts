import { describe, expect, test } from "@jest/globals";
import { fileStep } from "../../../lambdas/domain/operator-file.ts";
import type { Media } from "../../../lambdas/model/content.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import type { StepRecord } from "../../../lambdas/model/ledger.ts";
import type { FileFacts, OpenedFile } from "../../../lambdas/ports/files.ts";
import { anEntry } from "../../support/events.ts";
import { aFile, fakeFiles } from "../../support/fake-files.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";

const megabyte = 1024 * 1024;
const address = "https://amojo.amocrm.ru/attachments/1";
const picture: Media = { kind: "picture", source: address, fileName: "face.jpg" };
const small = { isVoice: false, picture: { width: 800, height: 600 } };
const refused: StepRecord = { step: "send-file", outcome: "refused" };
const refusal = () => new PermanentFailure("refused-by-telegram");

/** Sends a file by the ways that are left after those done. */
const sendBy = async (
  media: Media,
  {
    done = [],
    facts = small,
    files = fakeFiles(aFile("bytes of the file")),
    messenger = aFakeMessenger(),
  }: {
    done?: readonly StepRecord[];
    facts?: FileFacts;
    files?: ReturnType<typeof fakeFiles>;
    messenger?: ReturnType<typeof aFakeMessenger>;
  } = {},
) => {
  const sending = { media, chatId: "42", caption: "Look", language: "en", options: {} } as const;
  const deps = { messenger, operatorFiles: files, inspect: () => facts };
  const result = await fileStep(sending, done, deps)?.run(anEntry());
  return { result, sent: messenger.sent, opened: files.opened };
};

describe("an operator's file", () => {
  test("goes out with its bytes, its name and its caption, fetched once", async () => {
    const { result, sent, opened } = await sendBy(picture);

    expect(result).toEqual({ id: "101" });
    expect(sent).toMatchObject([
      { as: "photo", bytes: "bytes of the file", fileName: "face.jpg", text: "Look" },
    ]);
    expect(opened).toEqual([address]);
  });

  test.each<{
    name: string;
    kind: Media["kind"];
    as: string;
    facts?: FileFacts;
    file?: Partial<OpenedFile>;
    fileName?: string;
  }>([
    { name: "a picture", kind: "picture", as: "photo" },
    {
      name: "a picture over 10 MB",
      kind: "picture",
      as: "document",
      file: { sizeBytes: 10 * megabyte + 1 },
    },
    {
      name: "a picture with sides over 10,000",
      kind: "picture",
      as: "document",
      facts: { isVoice: false, picture: { width: 9000, height: 1001 } },
    },
    {
      name: "a picture of just 10,000",
      kind: "picture",
      as: "photo",
      facts: { isVoice: false, picture: { width: 9000, height: 1000 } },
    },
    {
      name: "a picture more than 20 times as wide as high",
      kind: "picture",
      as: "document",
      facts: { isVoice: false, picture: { width: 2001, height: 100 } },
    },
    {
      name: "a picture of unknown form",
      kind: "picture",
      as: "document",
      facts: { isVoice: false },
    },
    { name: "a GIF", kind: "picture", as: "document", file: { contentType: "image/gif" } },
    { name: "a voice in a form of voices", kind: "voice", as: "voice", facts: { isVoice: true } },
    { name: "a voice of another form", kind: "voice", as: "audio", facts: { isVoice: false } },
    ...["audio/mp4", "audio/x-m4a", "audio/m4a; charset=binary"].map((contentType) => ({
      name: `a voice in plain MP4 that is served as ${contentType}`,
      kind: "voice" as const,
      as: "voice",
      facts: { isVoice: false, isMp4: true } as const,
      file: { contentType },
    })),
    ...["application/octet-stream", "video/mp4", undefined].map((contentType) => ({
      name: `a voice in plain MP4 that is named so and served as ${contentType}`,
      kind: "voice" as const,
      as: "voice",
      facts: { isVoice: false, isMp4: true } as const,
      file: { contentType },
      fileName: "Voice.M4A",
    })),
    ...[
      { contentType: "audio/mp4", fileName: "voice.m4a" },
      { contentType: "audio/wav", fileName: "voice.wav" },
    ].map(({ contentType, fileName }) => ({
      name: `a voice of another form that is called ${fileName} and ${contentType}`,
      kind: "voice" as const,
      as: "audio",
      facts: { isVoice: false },
      file: { contentType },
      fileName,
    })),
    {
      name: "a film that is called a voice",
      kind: "voice",
      as: "audio",
      facts: { isVoice: false, isMp4: true },
      file: { contentType: "video/mp4" },
      fileName: "yard.mp4",
    },
    { name: "an audio", kind: "audio", as: "audio" },
    { name: "a video", kind: "video", as: "video" },
    { name: "a file", kind: "file", as: "document" },
    {
      name: "a sticker in WebP",
      kind: "sticker",
      as: "sticker",
      file: { contentType: "image/webp" },
    },
    { name: "a sticker of another form", kind: "sticker", as: "photo" },
  ])("$name is sent as $as", async ({ kind, as, facts = small, file = {}, fileName = "a.jpg" }) => {
    const files = fakeFiles(aFile("bytes", file));

    const { sent } = await sendBy({ ...picture, kind, fileName }, { facts, files });

    expect(sent).toMatchObject([{ as, bytes: "bytes" }]);
  });

  test("that Telegram refuses goes as a document, then as its address, each tried once", async () => {
    const messenger = aFakeMessenger({ sends: [refusal(), refusal(), "103"] });
    const done: StepRecord[] = [];
    for (let way = 0; way < 3; way += 1) {
      const files = fakeFiles(aFile("bytes"));
      const { result } = await sendBy(picture, { done, messenger, files });
      done.push({ step: "send-file", ...result });
    }

    expect(done).toEqual([refused, refused, { step: "send-file", id: "103" }]);
    expect(messenger.sent.map(({ as }) => as)).toEqual(["photo", "document", undefined]);
    expect(messenger.sent[2]?.text).toBe(`Look\n\nA file for you: face.jpg\n${address}`);
    expect(await sendBy(picture, { done, messenger })).toMatchObject({ result: undefined });
  });

  test("that nothing takes fails with Telegram's last word", async () => {
    const done = [refused, refused];
    const messenger = aFakeMessenger({ sends: [refusal()] });

    await expect(sendBy(picture, { done, messenger })).rejects.toMatchObject({
      reason: "refused-by-telegram",
    });
  });

  test.each([
    { name: "by amoCRM's word", media: { ...picture, sizeBytes: 50 * megabyte + 1 }, file: {} },
    { name: "as it turns out", media: picture, file: { sizeBytes: 50 * megabyte + 1 } },
  ])("over 50 MB $name goes as its address, and is not fetched", async ({ media, file }) => {
    const files = fakeFiles(aFile("bytes", file));

    const first = await sendBy(media, { files });
    const second = await sendBy(media, { done: [refused], files });
    const third = await sendBy(media, { done: [refused, refused] });

    expect([first.result, second.result]).toEqual([{ outcome: "refused" }, { outcome: "refused" }]);
    expect([...first.sent, ...second.sent]).toEqual([]);
    expect(third.sent).toMatchObject([{ text: expect.stringContaining(address) }]);
  });

  test.each([
    { name: "cannot be fetched", error: new PermanentFailure("attachment-unavailable") },
    { name: "breaks off", error: new TransientFailure("the attachment broke off") },
    { name: "is for a customer who blocked the bot", error: new PermanentFailure("blocked") },
  ])("that $name has no other way", async ({ error }) => {
    await expect(sendBy(picture, { files: fakeFiles(error) })).rejects.toBe(error);
  });
});
