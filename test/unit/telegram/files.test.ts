import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { keepAliveFetch } from "../../../lambdas/http/keep-alive.ts";
import { BotApiFiles } from "../../../lambdas/telegram/send/files.ts";
import type { TelegramSimulator } from "../../../local/simulators/telegram/server.ts";
import { aJpeg } from "../../local/simulators/support/small-files.ts";
import { ann, botToken, startTelegram } from "../../local/simulators/support/telegram-client.ts";
import { aFakeFetch } from "../../support/fake-fetch.ts";
import { aFakeSecret } from "../../support/fake-secret.ts";
import { startVendor } from "../../support/vendor.ts";
import type { VendorAnswer } from "../../support/vendor.ts";

const token = aFakeSecret({ token: botToken });
const megabyte = 1024 * 1024;
let telegram: TelegramSimulator;
let files: BotApiFiles;
beforeEach(async () => {
  telegram = await startTelegram();
  void telegram.customerSays(ann, "Hi").catch(() => undefined);
  files = new BotApiFiles({ apiRoot: telegram.root, token });
});
afterEach(() => telegram.close());

/** A Bot API whose file server gives that answer. */
const servedBy = async (answer: VendorAnswer, path = "documents/file_1", size?: number) => {
  const file = { file_id: "f", file_path: path, file_size: size };
  const vendor = await startVendor({ body: { ok: true, result: file } }, answer);
  const opened = new BotApiFiles({ apiRoot: vendor.origin, token });
  return { open: () => opened.open("f").finally(vendor.close), requests: vendor.requests };
};

describe("a customer's file", () => {
  test("is read unchanged, with its size", async () => {
    const bytes = Buffer.from("bytes".repeat(100_000));
    telegram.putFile("f1", bytes);

    const { body, sizeBytes, contentType } = await files.open("f1");

    expect(sizeBytes).toBe(bytes.length);
    expect(contentType).toBeUndefined();
    expect(await buffer(body)).toEqual(bytes);
  });

  test("has the type from the server's header", async () => {
    const { open } = await servedBy({ headers: { "content-type": "image/webp" }, body: "x" });

    expect((await open()).contentType).toBe("image/webp");
  });

  test.each([
    { path: "thumbnails/file_7.jpg", type: "image/jpeg" },
    { path: "voice/file_8.oga", type: "audio/ogg" },
    { path: "documents/file_9", type: undefined },
  ])("at $path has the type of its extension: $type", async ({ path, type }) => {
    const answer = { headers: { "content-type": "application/octet-stream" }, body: "x" };
    const { open } = await servedBy(answer, path);

    expect((await open()).contentType).toBe(type);
  });

  test("is found under a path with special characters", async () => {
    const { open, requests } = await servedBy({ body: "x" }, "documents/a b?#.pdf");

    await open();

    expect(requests[1]?.path).toBe(`/file/bot${botToken}/documents/a%20b%3F%23.pdf`);
  });

  test("may stay unread", async () => {
    telegram.putFile("f1", Buffer.alloc(megabyte));

    const { body } = await files.open("f1");

    expect((body as Readable).destroy().destroyed).toBe(true);
  });

  test.each([
    { name: "Telegram itself refuses", size: 21 * megabyte },
    { name: "has just become too large", size: 20 * megabyte + 1 },
  ])("that $name is too large", async ({ size }) => {
    telegram.putFile("f1", Buffer.alloc(size));

    await expect(files.open("f1")).rejects.toMatchObject({ reason: "file-too-large" });
  });

  test.each([
    { name: "by the size in getFile", answer: { body: "x" }, size: 21 * megabyte },
    {
      name: "by its content length",
      answer: {
        headers: { "content-length": String(21 * megabyte) },
        body: "x".repeat(21 * megabyte),
      },
      size: undefined,
    },
  ])("is too large $name", async ({ answer, size }) => {
    const { open } = await servedBy(answer, "documents/file_1", size);

    await expect(open()).rejects.toMatchObject({ reason: "file-too-large" });
  });

  test("breaks off when it turns out too large during the read", async () => {
    const getFile = { ok: true, result: { file_id: "f", file_path: "a" } };
    const { fetch } = aFakeFetch({ body: getFile }, { body: "x".repeat(21 * megabyte) });
    const opened = await new BotApiFiles({ apiRoot: "https://t.example", token, fetch }).open("f");

    await expect(buffer(opened.body)).rejects.toMatchObject({ reason: "file-too-large" });
  });

  test("that Telegram does not know is unavailable", async () => {
    await expect(files.open("unknown")).rejects.toMatchObject({
      name: "PermanentFailure",
      reason: "attachment-unavailable",
    });
  });

  test.each([
    { name: "an error", answer: { status: 500, body: "trouble" }, failure: { isLimit: false } },
    {
      name: "a redirect",
      answer: { status: 302, headers: { location: "https://x.example/" } },
      failure: {},
    },
    {
      name: "a limit",
      answer: { status: 429, headers: { "Retry-After": "7" } },
      failure: { isLimit: true, retryAfterSeconds: 7 },
    },
  ])("is retried later after $name", async ({ answer, failure }) => {
    const { open } = await servedBy(answer);

    await expect(open()).rejects.toMatchObject({
      name: "TransientFailure",
      ambiguous: false,
      ...failure,
    });
  });
});

describe("a failed download", () => {
  const failing = async (answerFile: typeof keepAliveFetch) => {
    telegram.putFile("f1", Buffer.alloc(megabyte));
    const fetch: typeof keepAliveFetch = (url, init) =>
      typeof url === "string" && url.includes("/file/")
        ? answerFile(url, init)
        : keepAliveFetch(url, init);
    const opened = await new BotApiFiles({ apiRoot: telegram.root, token, fetch }).open("f1");
    return buffer(opened.body);
  };

  test.each([
    {
      name: "before the first byte",
      answerFile: () => Promise.reject(new Error(`cannot reach /file/bot${botToken}/a`)),
    },
    {
      name: "in the middle",
      answerFile: async () => {
        async function* body() {
          yield Buffer.from("x");
          throw new Error(`/file/bot${botToken}/a broke off`);
        }
        const headers = new Headers();
        return { status: 200, headers, text: async () => "", body: body() };
      },
    },
  ])("$name is a transient failure and does not reveal the token", async ({ answerFile }) => {
    const failure = await failing(answerFile).catch((error: unknown) => error);

    expect(failure).toMatchObject({ name: "TransientFailure", ambiguous: false });
    expect((failure as Error).message).not.toContain(botToken);
  });
});

describe("a customer's picture", () => {
  test("is the newest one, in the smallest sufficient size", async () => {
    telegram.setProfilePhoto(ann.id, aJpeg());

    const name = await files.profilePhoto(String(ann.id));

    expect(name).toBe(`avatar-${ann.id}-1-640`);
  });

  test("is absent when the customer has none", async () => {
    expect(await files.profilePhoto(String(ann.id))).toBeUndefined();
  });

  test("that has only large sizes comes in the smallest of them", async () => {
    const sizes = [2000, 1000].map((side) => ({ file_id: `f${side}`, width: side, height: side }));
    const { fetch } = aFakeFetch({
      body: { ok: true, result: { total_count: 1, photos: [sizes] } },
    });
    const large = new BotApiFiles({ apiRoot: "https://t.example", token, fetch });

    expect(await large.profilePhoto("42")).toBe("f1000");
  });
});
