import { describe, expect, test } from "@jest/globals";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import type { Media } from "../../../lambdas/model/content.ts";
import { carry } from "../../support/carried-customer-event.ts";
import { aCustomerEvent } from "../../support/events.ts";
import { aFakeCrm } from "../../support/fake-crm.ts";
import { aFakeMediaStore, aFile, fakeFiles } from "../../support/fake-files.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";

const media: Media = { kind: "picture", source: "file-1", fileName: "face.jpg" };
const aPhoto = (changes: Partial<Media> = {}) =>
  aCustomerEvent({ content: { type: "media", media: { ...media, ...changes }, text: "Me" } });
const tooLarge = () => new PermanentFailure("file-too-large");

describe("a customer's file", () => {
  test("is stored before it is reported to amoCRM", async () => {
    const { crm, mediaStore, bench } = await carry(aPhoto());

    expect(mediaStore.stored).toEqual([
      { path: "path-1.jpg", words: "bytes", fileName: "face.jpg" },
    ]);
    expect(crm.messages()).toMatchObject([
      { content: { type: "picture", address: "https://media.example/path-1.jpg", text: "Me" } },
    ]);
    expect(bench.entry()).toMatchObject({
      state: "sent",
      steps: [
        { step: "keep-file", id: "path-1.jpg" },
        { step: "show-message", id: "amojo-1" },
      ],
    });
  });

  test("is not stored again when the report to amoCRM is retried", async () => {
    const crm = aFakeCrm({ sends: [new TransientFailure("amoCRM answered 500"), "amojo-1"] });

    const { mediaStore, bench } = await carry(aPhoto(), { crm, attempts: 2 });

    expect(mediaStore.stored).toHaveLength(1);
    expect(bench.entry()).toMatchObject({ state: "sent" });
  });

  test("waits while it cannot be downloaded or stored", async () => {
    const files = fakeFiles(
      new TransientFailure("Telegram answered 502"),
      aFile("bytes"),
      aFile("bytes"),
    );
    const mediaStore = aFakeMediaStore(new TransientFailure("S3 answered 503"));

    const { crm, bench } = await carry(aPhoto(), { files, mediaStore, attempts: 3 });

    expect(crm.messages()).toHaveLength(1);
    expect(bench.entry()).toMatchObject({ state: "sent" });
  });

  test("that no longer exists at Telegram is named and blocks nothing", async () => {
    const files = fakeFiles(new PermanentFailure("attachment-unavailable"));

    const { crm } = await carry(aPhoto(), { files });

    expect(crm.messages()).toMatchObject([
      { content: { type: "text", text: "[picture · face.jpg] не удалось передать\nMe" } },
    ]);
  });
});

describe("a file that is temporarily unavailable at Telegram", () => {
  const notNow = () => new TransientFailure("not now", { mostMillis: 300_000 });
  const event = aPhoto({ sizeBytes: 134 });

  test("blocks its chat, and is shown when it is available again", async () => {
    const files = fakeFiles(notNow(), aFile("bytes"));

    const { crm, messenger, bench, verdicts } = await carry(event, { files, attempts: 2 });

    expect(verdicts).toMatchObject([{ kind: "retry" }, { kind: "done" }]);
    expect(crm.messages()).toMatchObject([{ content: { type: "picture" } }]);
    expect(messenger.sent).toEqual([]);
    expect(bench.entry()).toMatchObject({ state: "sent" });
  });

  test.each([
    { afterMillis: 299_999, isNamed: false },
    { afterMillis: 300_000, isNamed: true },
  ])("unavailable for $afterMillis ms is given up: $isNamed", async ({ afterMillis, isNamed }) => {
    const files = fakeFiles(notNow(), notNow());

    const { crm, messenger } = await carry(event, { files, attempts: 2, everyMillis: afterMillis });

    const named = { type: "text", text: "[picture · face.jpg · 1 кБ] не удалось передать\nMe" };
    expect(crm.messages().map(({ content }) => content)).toEqual(isNamed ? [named] : []);
    const notices = messenger.sent.filter(({ text }) => /please send it once more/.test(text));
    expect([messenger.sent.length, notices.length]).toEqual(isNamed ? [1, 1] : [0, 0]);
  });

  test("waits half a minute at most between attempts", async () => {
    const files = fakeFiles(notNow(), ...Array.from({ length: 11 }, notNow), aFile("bytes"));
    const { verdicts } = await carry(event, { files, attempts: 12, everyMillis: 31_000 });

    const waits = verdicts.map((verdict) => ("afterSeconds" in verdict ? verdict.afterSeconds : 0));
    expect(Math.max(...waits)).toBeLessThanOrEqual(30);
  });

  test("gets five minutes of its own when a message has two", async () => {
    const other = { type: "media", media: { ...media, source: "file-2" } } as const;
    const two = { ...event, further: [other] };
    const files = fakeFiles(notNow(), notNow(), notNow(), notNow(), aFile("second"));

    const { crm } = await carry(two, { files, attempts: 4, everyMillis: 200_000 });

    expect(crm.messages().map(({ content }) => content.type)).toEqual(["text", "picture"]);
  });

  test("causes one notice in the customer's chosen language, for any number of files", async () => {
    const gone = new PermanentFailure("attachment-unavailable");
    const other = { type: "media", media: { ...media, source: "file-2" } } as const;
    const known = { languageChosen: "ru" } as const;

    const { messenger } = await carry(
      { ...event, further: [other] },
      { files: fakeFiles(gone, gone), known },
    );

    expect(messenger.sent).toMatchObject([{ text: expect.stringMatching(/^Ваш файл не дошёл/) }]);
  });

  test("causes one notice, and another file that is too large causes another", async () => {
    const gone = new PermanentFailure("attachment-unavailable");
    const other = { type: "media", media: { ...media, source: "file-2" } } as const;

    const { messenger } = await carry(
      { ...event, further: [other] },
      { files: fakeFiles(gone, tooLarge()) },
    );

    expect(messenger.sent.map(({ text }) => text)).toEqual([
      expect.stringContaining("too large"),
      expect.stringContaining("once more"),
    ]);
  });
});

describe("a file that is too large for bots", () => {
  test("causes a notice in the language that the customer chose", async () => {
    const known = { languageChosen: "ru" } as const;

    const { messenger } = await carry(aPhoto(), { files: fakeFiles(tooLarge()), known });

    expect(messenger.sent).toMatchObject([{ text: expect.stringMatching(/^Этот файл/) }]);
  });

  test.each([
    {
      name: "by the size in the message",
      event: aPhoto({ sizeBytes: 20 * 1024 * 1024 + 1 }),
      opens: 0,
    },
    { name: "by the size during the download", event: aPhoto(), opens: 1 },
  ])(
    "$name: the operator sees its name, the customer gets a notice in their language",
    async ({ event, opens }) => {
      const files = fakeFiles(tooLarge());
      const { crm, messenger, bench } = await carry(event, { files });

      expect(files.opened).toHaveLength(opens);
      expect(crm.messages()).toMatchObject([
        { content: { type: "text", text: expect.stringContaining("face.jpg") } },
      ]);
      expect(messenger.sent).toMatchObject([
        { chatId: "42", text: expect.stringContaining("at most 20 MB") },
      ]);
      expect(bench.entry()).toMatchObject({ state: "sent" });
    },
  );

  test("is sent in a smaller form when Telegram has one, without a notice", async () => {
    const files = fakeFiles(tooLarge(), aFile("small"));
    const smaller = { source: "file-240p", sizeBytes: 5 };

    const { crm, mediaStore, messenger } = await carry(aPhoto({ kind: "video", smaller }), {
      files,
    });

    expect(mediaStore.stored).toMatchObject([{ words: "small", fileName: "face.jpg" }]);
    expect(crm.messages()).toMatchObject([{ content: { type: "video", text: "Me" } }]);
    expect(messenger.sent).toEqual([]);
  });

  test("causes one notice when its smaller form is too large or missing, too", async () => {
    const gone = new PermanentFailure("attachment-unavailable");
    for (const second of [tooLarge(), gone]) {
      const event = aPhoto({ smaller: { source: "file-240p" } });
      const { messenger } = await carry(event, { files: fakeFiles(tooLarge(), second) });

      expect(messenger.sent).toHaveLength(1);
    }
  });

  test("blocks nothing when the notice cannot be sent", async () => {
    const messenger = aFakeMessenger({ sends: [new PermanentFailure("blocked")] });

    const { bench } = await carry(aPhoto(), { files: fakeFiles(tooLarge()), messenger });

    expect(bench.entry()).toMatchObject({ state: "sent" });
  });
});
