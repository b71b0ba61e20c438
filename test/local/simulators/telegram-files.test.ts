import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { TelegramSimulator } from "../../../local/simulators/telegram/server.ts";
import { Receiver } from "./support/receiver.ts";
import { aac, aJpeg, aPng, aWebp, mp3, mp4, oggOpus, pdf, wav } from "./support/small-files.ts";
import { ann, botToken, call, startTelegram } from "./support/telegram-client.ts";

let receiver: Receiver;
let telegram: TelegramSimulator;
beforeEach(async () => {
  receiver = await Receiver.start();
  telegram = await startTelegram();
  telegram.setWebhook(receiver.url, "");
  await telegram.customerSays(ann, "Hi");
});
afterEach(() => Promise.all([receiver.close(), telegram.close()]));

const method = (as: string) => `send${as[0]?.toUpperCase() ?? ""}${as.slice(1)}`;
const upload = (as: string, bytes: Buffer, others: Record<string, string> = {}, name = "a.bin") => {
  const form = new FormData();
  form.set("chat_id", String(ann.id));
  for (const [field, value] of Object.entries(others)) form.set(field, value);
  form.set(as, new Blob([new Uint8Array(bytes)]), name);
  return call(telegram, method(as), { method: "POST", body: form });
};
const megabyte = 1024 * 1024;

describe("a file of the bot", () => {
  test.each([
    { as: "photo", bytes: aJpeg(), form: "photo" },
    { as: "photo", bytes: aPng(), form: "photo" },
    { as: "photo", bytes: aWebp(), form: "photo" },
    { as: "video", bytes: mp4, form: "video" },
    { as: "video", bytes: pdf, form: "document" },
    { as: "animation", bytes: mp4, form: "animation" },
    { as: "voice", bytes: oggOpus, form: "voice" },
    { as: "voice", bytes: mp3, form: "voice" },
    { as: "voice", bytes: pdf, form: "document" },
    ...(["voice", "audio"] as const).flatMap((as) => [
      { as, bytes: aac, form: "document" as const },
      { as, bytes: wav, form: "document" as const },
    ]),
    { as: "audio", bytes: mp3, form: "audio" },
    { as: "sticker", bytes: aWebp(), form: "sticker" },
    { as: "sticker", bytes: aPng(), form: "document" },
    { as: "document", bytes: aJpeg(), form: "document" },
  ])("sent as $as is shown as a $form, with the same bytes", async ({ as, bytes, form }) => {
    const { result } = await upload(as, bytes);

    expect(result).toHaveProperty(form);
    const [sent] = telegram.messages();
    expect(sent).toMatchObject({ method: method(as), file: { form, sizeBytes: bytes.length } });
    expect(telegram.file(sent?.file?.fileId ?? "")).toEqual(bytes);
  });

  test("keeps its name, its caption, its quote and its buttons", async () => {
    const markup = { inline_keyboard: [[{ text: "Yes", callback_data: "t:Yes" }]] };
    const others = {
      caption: " The invoice ",
      reply_parameters: '{"message_id":1}',
      reply_markup: JSON.stringify(markup),
    };

    const { result } = await upload("document", pdf, others, "счёт 7.pdf");

    expect(result).toMatchObject({
      caption: "The invoice",
      document: { file_name: "счёт 7.pdf" },
      reply_to_message: { message_id: 1 },
      reply_markup: markup,
    });
  });

  test("can be sent again by its id", async () => {
    await upload("document", pdf);
    const document = telegram.messages()[0]?.file?.fileId;

    await call(telegram, "sendDocument", { chat_id: ann.id, document });

    expect(telegram.messages().map(({ file }) => file?.sizeBytes)).toEqual([
      pdf.length,
      pdf.length,
    ]);
  });

  test.each([
    {
      name: "no content",
      as: "document",
      bytes: Buffer.alloc(0),
      why: /file must be non-empty/,
    },
    { name: "no picture", as: "photo", bytes: pdf, why: /IMAGE_PROCESS_FAILED/ },
    {
      name: "a huge picture",
      as: "photo",
      bytes: aJpeg(6000, 6000),
      why: /PHOTO_INVALID_DIMENSIONS/,
    },
    {
      name: "a narrow picture",
      as: "photo",
      bytes: aPng(2100, 100),
      why: /PHOTO_INVALID_DIMENSIONS/,
    },
    {
      name: "a heavy picture",
      as: "photo",
      bytes: aJpeg(9, 9, "x".repeat(10 * megabyte)),
      why: /too big for a photo/,
    },
  ])("with $name is refused", async ({ as, bytes, why }) => {
    const answer = await upload(as, bytes);

    expect(answer).toMatchObject({ http: 400, description: expect.stringMatching(why) });
    expect(telegram.messages()).toEqual([]);
  });

  test("of more than 50 MB is refused by its size alone", async () => {
    expect(await upload("document", Buffer.alloc(50 * megabyte + 1))).toMatchObject({
      http: 413,
      description: "Request Entity Too Large",
    });
    // Fifty megabytes take some time while other suites run.
  });

  test("with a caption that is too long is refused", async () => {
    expect(await upload("photo", aJpeg(), { caption: "x".repeat(1025) })).toMatchObject({
      description: "Bad Request: message caption is too long",
    });
  });

  test.each([
    { photo: undefined, why: "there is no photo in the request" },
    { photo: "attach://nothing", why: "can't find the attached file" },
    { photo: "https://a.example/a.jpg", why: "failed to get HTTP URL content" },
    { photo: "unknown", why: "wrong file identifier/HTTP URL specified" },
  ])("with $photo as its photo is refused: $why", async ({ photo, why }) => {
    expect(await call(telegram, "sendPhoto", { chat_id: ann.id, photo })).toMatchObject({
      description: `Bad Request: ${why}`,
    });
  });
});

describe("a form", () => {
  const send = (body: string) =>
    call(telegram, "sendDocument", {
      method: "POST",
      headers: { "Content-Type": "multipart/form-data; boundary=b" },
      body,
    });
  const part = (header: string, value: string) =>
    `--b\r\ncontent-disposition:${header}\r\n\r\n${value}\r\n`;
  const chat = part('form-data;name="chat_id"', String(ann.id));

  test("may give a file name without quotes; the name ends at a semicolon", async () => {
    const file = part('form-data;name="x";filename=my file;2.pdf', "bytes");
    const document = part('form-data;name="document"', "attach://x");

    const { result } = await send(`${chat}${document}${file}--b--\r\n`);

    expect(result).toMatchObject({ document: { file_name: "my file", file_size: 5 } });
  });

  test.each([
    {
      name: "that ends too early",
      body: `${chat}${part('form-data;name="document";filename=a', "x")}`,
    },
    { name: "without its boundary", body: "nothing" },
    { name: "with a part without a name", body: `${part("form-data;filename=a", "x")}--b--\r\n` },
    { name: "with another disposition", body: `${part('attachment;name="a"', "x")}--b--\r\n` },
  ])("$name is refused", async ({ body }) => {
    expect(await send(body)).toMatchObject({ http: 400 });
    expect(telegram.messages()).toEqual([]);
  });
});

describe("a file of a customer", () => {
  test("has the given bytes", async () => {
    telegram.putFile("f1", pdf);
    await telegram.customer.send(ann, { document: { file_id: "f1", file_size: pdf.length } });

    const { result } = await call(telegram, "getFile", { file_id: "f1" });
    const path = (result as { file_path: string }).file_path;
    const file = await fetch(`${telegram.root}/file/bot${botToken}/${path}`);

    expect(Buffer.from(await file.arrayBuffer())).toEqual(pdf);
  });

  test("as a profile photo comes in several sizes, the newest first", async () => {
    telegram.setProfilePhoto(ann.id, aJpeg());
    telegram.setProfilePhoto(ann.id, aPng());

    const answer = await call(telegram, "getUserProfilePhotos", { user_id: ann.id, limit: 1 });

    const { photos } = answer.result as { photos: { file_id: string; width: number }[][] };
    expect(photos.map((sizes) => sizes.map(({ width }) => width))).toEqual([[160, 320, 640]]);
    expect(telegram.file(photos[0]?.[2]?.file_id ?? "")).toEqual(aPng());
  });
});
