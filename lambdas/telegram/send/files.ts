import { PassThrough, Readable } from "node:stream";
import type { Api } from "grammy/web";
import { PermanentFailure, TransientFailure } from "../../model/failure.ts";
import { sourceOf } from "./failures.ts";
import type { CustomerFiles, OpenedFile } from "../../model/messenger.ts";
import { noAnswer, vendorWait, waitOfHeader } from "../../http/call.ts";
import { keepAliveFetch } from "../../http/keep-alive.ts";
import type { Fetched } from "../../http/keep-alive.ts";
import { contentTypeOf } from "../../http/served-file.ts";
import { createBotApi } from "./client.ts";
import type { BotApiOptions } from "./client.ts";
import { maxDownloadBytes } from "../decode/media.ts";

const downloadMillis = 60_000;
const avatarPixels = 640;

/** The files that customers sent, by `file_id`. */
export class BotApiFiles implements CustomerFiles {
  readonly #api: Api;
  readonly #options: BotApiOptions;

  constructor(options: BotApiOptions) {
    this.#api = createBotApi(options);
    this.#options = options;
  }

  /** The body is a Readable that fails with our failures. The caller may destroy it unread. */
  async open(fileId: string, withinMillis = Infinity): Promise<OpenedFile> {
    const untilMillis = Date.now() + withinMillis;
    const get = async () => {
      const { path, sizeBytes } = await this.#locate(fileId);
      const leftMillis = Math.max(0, Math.min(downloadMillis, untilMillis - Date.now()));
      return { path, sizeBytes, answer: await this.#download(path, leftMillis) };
    };
    const first = await get();
    if (isGone(first.answer)) discard(first.answer);
    // The first address may be too old. A new address is not.
    const { path, sizeBytes, answer } = isGone(first.answer) ? await get() : first;
    const length = lengthOf(answer) ?? sizeBytes;
    if (answer.status === 200 && answer.body && !(Number(length) > maxDownloadBytes)) {
      const contentType = telling(answer.headers.get("content-type")) ?? contentTypeOf(path);
      return { body: watched(answer.body), sizeBytes: length, contentType };
    }
    discard(answer);
    throw answer.status === 200 ? tooLarge() : refused(answer);
  }

  /** The current profile photo, no larger than a list of chats needs. */
  async profilePhoto(customerChatId: string): Promise<string | undefined> {
    const { photos } = await this.#api.getUserProfilePhotos(Number(customerChatId), { limit: 1 });
    const sizes = (photos?.[0] ?? []).toSorted((a, b) => a.width - b.width);
    const fitting = sizes.filter(({ width, height }) => Math.max(width, height) <= avatarPixels);
    return (fitting.at(-1) ?? sizes[0])?.file_id;
  }

  async #locate(fileId: string) {
    const { file_path: path, file_size: sizeBytes } = await this.#api.getFile(fileId);
    if (sizeBytes !== undefined && sizeBytes > maxDownloadBytes) throw tooLarge();
    if (path === undefined) throw unavailable();
    return { path, sizeBytes };
  }

  /** The address holds the token. So the download follows no redirect, and no error contains the address. */
  async #download(path: string, withinMillis: number): Promise<Fetched> {
    const { apiRoot, token: secret, fetch = keepAliveFetch } = this.#options;
    const { token } = await secret.read();
    try {
      const signal = AbortSignal.timeout(Math.floor(withinMillis));
      const encoded = path.split("/").map(encodeURIComponent).join("/");
      const address = `${apiRoot}/file/bot${token}/${encoded}`;
      return await fetch(address, { redirect: "manual", signal });
    } catch (error) {
      throw notFetched(error);
    }
  }
}

/** True for an answer that means: this address does not give the file, and a retry does not help. */
function isGone({ status }: Fetched): boolean {
  return status >= 400 && status < 500 && ![401, 408, 429].includes(status);
}

/** A download may always be repeated, so its outcome is never ambiguous. */
function notFetched(error: unknown): TransientFailure {
  const { message, source } = noAnswer(error, "telegram");
  return new TransientFailure(message, { source, cause: error });
}

function refused(answer: Fetched): TransientFailure | PermanentFailure {
  if (isGone(answer)) return unavailable();
  const { status, headers } = answer;
  const reason = `Telegram answered ${status} for a file`;
  const wait = waitOfHeader(headers.get("retry-after"), Date.now());
  const limit = status === 429 ? { isLimit: true, retryAfterSeconds: vendorWait(wait) ?? 5 } : {};
  return new TransientFailure(reason, { ...limit, source: sourceOf(status) });
}

function unavailable(): PermanentFailure {
  return new PermanentFailure("attachment-unavailable");
}

function tooLarge(): PermanentFailure {
  return new PermanentFailure("file-too-large");
}

/** Telegram serves most files as a stream of bytes. That type says nothing, but the path does. */
function telling(contentType: string | null): string | undefined {
  return contentType === "application/octet-stream" ? undefined : (contentType ?? undefined);
}

function lengthOf({ headers }: Fetched): number | undefined {
  const length = headers.get("content-length");
  return length !== null && /^\d+$/.test(length) ? Number(length) : undefined;
}

function readable(body: NonNullable<Fetched["body"]>): Readable {
  return body instanceof Readable ? body : Readable.from(body);
}

function discard({ body }: Fetched): void {
  if (body)
    readable(body)
      .on("error", () => undefined)
      .destroy();
}

/** Passes the bytes on, at most 20 MB. It fails with our own failures. */
function watched(body: NonNullable<Fetched["body"]>): Readable {
  const source = readable(body);
  const out = new PassThrough();
  // Without a listener, a failure before the first read would end the process. A reader still gets the
  // failure.
  out.on("error", () => undefined);
  let bytes = 0;
  source.on("data", (chunk: Uint8Array) => {
    bytes += chunk.byteLength;
    if (bytes > maxDownloadBytes) out.destroy(tooLarge());
  });
  source.on("error", (error) => out.destroy(notFetched(error)));
  out.on("close", () => source.destroy());
  return source.pipe(out);
}
