import { describe, expect, test } from "@jest/globals";
import { fileStep } from "../../../lambdas/operator-to-customer/file.ts";
import type { StepOf } from "../../../lambdas/delivery/step.ts";
import { catalogue } from "../../../lambdas/texts/texts.ts";
import type { Media } from "../../../lambdas/model/content.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import type { StepRecord } from "../../../lambdas/model/ledger.ts";
import type { FileFacts, OpenedFile } from "../../../lambdas/model/messenger.ts";
import { aFile, fakeFiles } from "../../support/fake-files.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";
import { routingDependencies } from "../../support/routing-dependencies.ts";

const megabyte = 1024 * 1024;
const address = "https://amojo.amocrm.ru/attachments/1";
const picture: Media = { kind: "picture", source: address, fileName: "face.jpg" };
const small = { isVoice: false, picture: { width: 800, height: 600 } };
const refusal = () => new PermanentFailure("refused-by-telegram");
const to = { conversationId: "tg-700-42", chatId: "42" };

const aSendFile = (changes: Partial<StepOf<"send-file">> = {}): StepOf<"send-file"> => ({
  name: "send-file",
  to,
  media: picture,
  way: "as-itself",
  caption: "Look",
  linkText: `Look at ${address}`,
  options: {},
  ...changes,
});

/** Sends the file in the form of the step. */
const send = async (
  changes: Partial<StepOf<"send-file">> = {},
  {
    facts = small,
    files = fakeFiles(aFile("bytes of the file")),
    messenger = aFakeMessenger(),
  }: {
    facts?: FileFacts;
    files?: ReturnType<typeof fakeFiles>;
    messenger?: ReturnType<typeof aFakeMessenger>;
  } = {},
) => {
  const deps = routingDependencies({ messenger, operatorFiles: files, inspect: () => facts });
  const result = await deps.run(aSendFile(changes));
  return { result, sent: messenger.sent, opened: files.opened };
};

describe("the next form of an operator's file", () => {
  const refused: StepRecord = { step: "send-file", outcome: "refused" };
  const sent: StepRecord = { step: "send-file", id: "103" };
  const preface: StepRecord = { step: "send-preface", id: "101" };
  const file = { to, media: picture, caption: "Look", options: {}, texts: catalogue.en };

  test.each<{ name: string; done: readonly StepRecord[]; way: string | undefined }>([
    { name: "is its own kind at first", done: [], way: "as-itself" },
    { name: "is its own kind after the preface", done: [preface], way: "as-itself" },
    { name: "is a document after a refusal", done: [refused], way: "as-document" },
    { name: "is a link after two refusals", done: [refused, refused], way: "as-link" },
    { name: "is absent after three refusals", done: [refused, refused, refused], way: undefined },
    { name: "is absent once the file is sent in its own kind", done: [sent], way: undefined },
    {
      name: "is absent once the file is sent as a document",
      done: [refused, sent],
      way: undefined,
    },
    { name: "is absent once the link is sent", done: [refused, refused, sent], way: undefined },
  ])("$name", ({ done, way }) => {
    expect(fileStep(file, done)?.way).toBe(way);
  });

  test("contains all the data that any form needs", () => {
    const linkText = `Look\n\nA file for you: face.jpg\n${address}`;

    expect(fileStep(file, [])).toEqual(aSendFile({ linkText }));
  });

  test.each([
    { name: "without a caption", media: picture, file: "face.jpg" },
    { name: "without a caption and a name", media: { ...picture, fileName: "" }, file: "picture" },
  ])("has the address alone instead of a file $name", ({ media, file: fileName }) => {
    const step = fileStep({ ...file, media, caption: "" }, []);

    expect(step?.linkText).toBe(`A file for you: ${fileName}\n${address}`);
  });
});

describe("an operator's file", () => {
  test("that stalls is closed at once when Telegram has refused it meanwhile", async () => {
    let isClosed = false;
    const given = [Buffer.alloc(megabyte)];
    const body: AsyncIterableIterator<Uint8Array> = {
      next: async () => {
        const value = given.shift();
        return value === undefined ? new Promise<never>(() => {}) : { done: false, value };
      },
      return: async () => {
        isClosed = true;
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]: () => body,
    };
    const messenger = aFakeMessenger();
    messenger.sendFile = async (_chatId, { file }) => {
      const pieces = file.body[Symbol.asyncIterator]();
      await pieces.next();
      void pieces.next();
      void pieces.return?.();
      throw refusal();
    };
    const files = fakeFiles(aFile("", { body }));

    await send({}, { files, messenger });

    expect(isClosed).toBe(true);
  });

  test("is sent with its bytes, its name and its caption, and downloaded once", async () => {
    const { result, sent, opened } = await send();

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
      name: "a picture with sides of exactly 10,000",
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
      name: "a picture of unknown format",
      kind: "picture",
      as: "document",
      facts: { isVoice: false },
    },
    { name: "a GIF", kind: "picture", as: "document", file: { contentType: "image/gif" } },
    { name: "a voice in a voice format", kind: "voice", as: "voice", facts: { isVoice: true } },
    { name: "a voice in another format", kind: "voice", as: "audio", facts: { isVoice: false } },
    ...["audio/mp4", "audio/x-m4a", "audio/m4a; charset=binary"].map((contentType) => ({
      name: `a voice in plain MP4 that is served as ${contentType}`,
      kind: "voice" as const,
      as: "voice",
      facts: { isVoice: false, isMp4: true } as const,
      file: { contentType },
    })),
    ...["application/octet-stream", "video/mp4", undefined].map((contentType) => ({
      name: `a voice in plain MP4 that is named and served as ${contentType}`,
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
      name: `a voice in another format that is named ${fileName} and served as ${contentType}`,
      kind: "voice" as const,
      as: "audio",
      facts: { isVoice: false },
      file: { contentType },
      fileName,
    })),
    {
      name: "a video that is named a voice",
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
    { name: "a sticker in another format", kind: "sticker", as: "photo" },
  ])("$name is sent as $as", async ({ kind, as, facts = small, file = {}, fileName = "a.jpg" }) => {
    const files = fakeFiles(aFile("bytes", file));

    const { sent } = await send({ media: { ...picture, kind, fileName } }, { facts, files });

    expect(sent).toMatchObject([{ as, bytes: "bytes" }]);
  });

  test.each([
    { way: "as-itself", as: "photo", text: "Look" },
    { way: "as-document", as: "document", text: "Look" },
    { way: "as-link", as: undefined, text: `Look at ${address}` },
  ] as const)("goes $way, with its options, where its chat is", async ({ way, as, text }) => {
    const buttons = [[{ text: "Yes" }]];

    const { result, sent } = await send({
      way,
      to: { ...to, where: { topicId: "77" } },
      options: { buttons, repliesTo: "7" },
    });

    expect(result).toEqual({ id: "101" });
    const options = { topicId: "77", buttons, repliesTo: "7" };
    expect(sent).toMatchObject([{ chatId: "42", text, options }]);
    expect(sent[0]?.as).toBe(as);
  });

  test.each(["as-itself", "as-document"] as const)(
    "that Telegram refuses %s may be sent in another form",
    async (way) => {
      const messenger = aFakeMessenger({ sends: [refusal()] });

      expect((await send({ way }, { messenger })).result).toEqual({ outcome: "refused" });
    },
  );

  test("that is refused in every form fails with Telegram's last answer", async () => {
    const last = refusal();
    const messenger = aFakeMessenger({ sends: [last] });

    await expect(send({ way: "as-link" }, { messenger })).rejects.toBe(last);
  });

  test.each([
    {
      name: "by the size in amoCRM",
      media: { ...picture, sizeBytes: 50 * megabyte + 1 },
      file: {},
      opens: 0,
    },
    {
      name: "by the size in the download",
      media: picture,
      file: { sizeBytes: 50 * megabyte + 1 },
      opens: 1,
    },
  ])("over 50 MB $name is sent as a link, and is not downloaded", async (row) => {
    const { media, opens } = row;
    for (const way of ["as-itself", "as-document"] as const) {
      const files = fakeFiles(aFile("bytes", row.file));

      const { result, sent, opened } = await send({ way, media }, { files });

      expect([result, sent, opened.length]).toEqual([{ outcome: "refused" }, [], opens]);
    }
    const { sent, opened } = await send({ way: "as-link", media });

    expect(sent).toMatchObject([{ text: expect.stringContaining(address) }]);
    expect(opened).toEqual([]);
  });

  test.each([
    { name: "cannot be downloaded", error: new PermanentFailure("attachment-unavailable") },
    { name: "breaks off", error: new TransientFailure("the attachment broke off") },
    { name: "is for a customer who blocked the bot", error: new PermanentFailure("blocked") },
  ])("that $name is not sent in another form", async ({ error }) => {
    await expect(send({}, { files: fakeFiles(error) })).rejects.toBe(error);
  });
});
