import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { BotApiMessenger } from "../../../lambdas/telegram/send/messenger.ts";
import type { OutgoingFile } from "../../../lambdas/model/messenger.ts";
import type { TelegramSimulator } from "../../../local/simulators/telegram/server.ts";
import {
  aJpeg,
  aWebp,
  mp3,
  mp4,
  oggOpus,
  pdf,
} from "../../local/simulators/support/small-files.ts";
import { ann, botToken, startTelegram } from "../../local/simulators/support/telegram-client.ts";
import { aFakeSecret } from "../../support/fake-secret.ts";

let telegram: TelegramSimulator;
let messenger: BotApiMessenger;
const chat = String(ann.id);
beforeEach(async () => {
  telegram = await startTelegram();
  void telegram.customerSays(ann, "Hi").catch(() => undefined);
  const token = aFakeSecret({ token: botToken });
  messenger = new BotApiMessenger({ apiRoot: telegram.root, token });
});
afterEach(() => telegram.close());

/** A file that arrives in several pieces. */
const aFile = (bytes: Buffer): OutgoingFile["file"] => {
  const step = Math.ceil(bytes.length / 5);
  const pieces = Array.from({ length: 5 }, (_, index) =>
    bytes.subarray(index * step, index * step + step),
  );
  return { body: Readable.from(pieces), sizeBytes: bytes.length, contentType: undefined };
};
const outgoing = (changes: Partial<OutgoingFile> = {}, bytes: Buffer = pdf): OutgoingFile => ({
  as: "document",
  file: aFile(bytes),
  fileName: "invoice.pdf",
  ...changes,
});
const sent = () => telegram.messages()[0];

describe("a file to a customer", () => {
  test.each([
    { as: "photo", bytes: aJpeg(), form: "photo" },
    { as: "video", bytes: mp4, form: "video" },
    { as: "voice", bytes: oggOpus, form: "voice" },
    { as: "audio", bytes: mp3, form: "audio" },
    { as: "sticker", bytes: aWebp(), form: "sticker" },
    { as: "document", bytes: pdf, form: "document" },
  ] as const)("goes as a $as with its very bytes", async ({ as, bytes, form }) => {
    const id = await messenger.sendFile(chat, outgoing({ as }, bytes));

    expect(sent()).toMatchObject({ messageId: Number(id), file: { form } });
    expect(telegram.file(sent()?.file?.fileId ?? "")).toEqual(bytes);
  });

  test("has its caption, the message it replies to and its buttons", async () => {
    await messenger.sendFile(chat, outgoing({ caption: "The invoice" }), {
      repliesTo: "1",
      buttons: [[{ text: "Paid" }]],
    });

    expect(sent()).toMatchObject({
      text: "The invoice",
      replyToMessageId: 1,
      replyMarkup: { inline_keyboard: [[{ text: "Paid", callback_data: "t:Paid" }]] },
    });
  });

  test("that is a sticker with a caption is sent as a document, so that no text is lost", async () => {
    await messenger.sendFile(chat, outgoing({ as: "sticker", caption: "Hello" }, aWebp()));

    expect(sent()).toMatchObject({ method: "sendDocument", text: "Hello" });
  });

  test.each([
    { fileName: "счёт № 7.pdf", shown: "счёт № 7.pdf" },
    { fileName: "a;b.pdf", shown: "a,b.pdf" },
    { fileName: 'a\r\nx: "y"\u0000.pdf', shown: 'a x: "y" .pdf' },
    { fileName: '"quoted.pdf"', shown: "quoted.pdf" },
    { fileName: "", shown: "document.dat" },
  ])("named '$fileName' is called $shown", async ({ fileName, shown }) => {
    await messenger.sendFile(chat, outgoing({ fileName }));

    expect(sent()?.file?.fileName).toBe(shown);
  });
});

describe("a file that Telegram does not accept", () => {
  const failureOf = (file: OutgoingFile) =>
    messenger.sendFile(chat, file).catch((error: unknown) => error);

  test.each([
    { name: "not a picture", file: () => outgoing({ as: "photo" }), reason: "refused-by-telegram" },
    {
      name: "a picture with invalid dimensions",
      file: () => outgoing({ as: "photo" }, aJpeg(9000, 9000)),
      reason: "refused-by-telegram",
    },
    {
      name: "a picture too large to be a photo",
      file: () => outgoing({ as: "photo" }, aJpeg(9, 9, "x".repeat(10 * 1024 * 1024))),
      reason: "refused-by-telegram",
    },
    {
      name: "more than 50 MB",
      file: () => outgoing({}, Buffer.alloc(0)),
      fault: { status: 413 },
      reason: "file-too-large",
    },
    {
      name: "larger than a proxy accepts",
      file: () => outgoing(),
      fault: { status: 413, body: "<html>too large</html>" },
      reason: "file-too-large",
    },
  ])("because it is $name is refused permanently: $reason", async ({ file, fault, reason }) => {
    if (fault !== undefined) telegram.faults.add({ match: "sendDocument", ...fault });

    expect(await failureOf(file())).toMatchObject({ name: "PermanentFailure", reason });
  });

  test("has its source closed", async () => {
    const file = { ...aFile(aJpeg()), body: Readable.from([pdf, pdf]) };
    telegram.faults.add({ match: "sendPhoto", dropRequest: true });

    await failureOf(outgoing({ as: "photo", file }));

    expect(file.body.destroyed).toBe(true);
  });

  test("was certainly not sent when no server listens, and its source is closed", async () => {
    let isClosed = false;
    async function* body() {
      try {
        yield pdf;
        yield pdf;
      } finally {
        isClosed = true;
      }
    }
    const file = { body: body(), sizeBytes: undefined, contentType: undefined };
    const token = aFakeSecret({ token: botToken });
    const unreachableServer = new BotApiMessenger({ apiRoot: "http://127.0.0.1:1", token });

    await expect(unreachableServer.sendFile(chat, outgoing({ file }))).rejects.toMatchObject({
      name: "TransientFailure",
      ambiguous: false,
    });
    expect(isClosed).toBe(true);
  });

  test("may have been sent when the answer was lost", async () => {
    telegram.faults.add({ match: "sendDocument", loseAnswer: true });

    expect(await failureOf(outgoing())).toMatchObject({
      name: "TransientFailure",
      ambiguous: true,
    });
  });
});
