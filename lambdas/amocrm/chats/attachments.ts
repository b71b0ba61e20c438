import type { LookupAddress } from "node:dns";
import { request as httpRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { PermanentFailure, TransientFailure } from "../../model/failure.ts";
import type { OpenedFile, OperatorFiles } from "../../model/messenger.ts";
import { vendorWait } from "../../http/call.ts";
import { AttachmentHosts } from "./attachment-hosts.ts";
import type { Resolve } from "./attachment-hosts.ts";
import { Transform } from "node:stream";
import type { Readable } from "node:stream";

const maxRedirects = 3;
const wholeBodyMillis = 60_000;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Attachments of operators, from the allowed hosts. No failure names an address, because an address opens
 * the file to everyone who has it.
 */
export class AttachmentFiles implements OperatorFiles {
  readonly #hosts: AttachmentHosts;
  readonly #maxBytes: number;
  readonly #timeoutMillis: number;
  readonly #bodyTimeoutMillis: number;

  constructor(options: {
    /** See {@link AttachmentHosts}. */
    allowedHosts: readonly string[];
    maxBytes: number;
    /** From the call until the file begins, redirects included. */
    timeoutMillis: number;
    /** For the whole file after that; 60 s by default. */
    bodyTimeoutMillis?: number;
    resolve?: Resolve;
  }) {
    this.#hosts = new AttachmentHosts(options.allowedHosts, options.resolve);
    this.#maxBytes = options.maxBytes;
    this.#timeoutMillis = options.timeoutMillis;
    this.#bodyTimeoutMillis = options.bodyTimeoutMillis ?? wholeBodyMillis;
  }

  /** Also throws PermanentFailure "file-too-large", here or while the caller reads the body. */
  async open(address: string): Promise<OpenedFile> {
    const beginning = new AbortController();
    const timer = setTimeout(() => beginning.abort(), this.#timeoutMillis);
    try {
      const response = await this.#follow(address, beginning.signal);
      return this.#opened(response);
    } catch (error) {
      throw failureBehind(error);
    } finally {
      clearTimeout(timer);
    }
  }

  async #follow(address: string, signal: AbortSignal): Promise<IncomingMessage> {
    const tooLate = endOf(signal);
    let url = readAddress(address);
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      const addresses = await Promise.race([this.#hosts.addressesOf(url), tooLate]);
      const response = await get(url, addresses, signal);
      if (!redirects.has(response.statusCode ?? 0)) return response;
      response.destroy();
      url = readAddress(response.headers.location ?? "", url);
    }
    throw unavailable("redirected too often");
  }

  #opened(response: IncomingMessage): OpenedFile {
    const { statusCode = 0, headers } = response;
    const { "content-length": length, "content-type": contentType } = headers;
    const sizeBytes = length === undefined ? undefined : Number(length);
    const refusal =
      statusCode === 200 ? this.#objectionTo(headers, sizeBytes) : refusalOf(response);
    if (refusal !== undefined) {
      response.destroy();
      throw refusal;
    }
    const limits = { maxBytes: this.#maxBytes, timeoutMillis: this.#bodyTimeoutMillis };
    return { body: boundedBody(response, limits), sizeBytes, contentType };
  }

  #objectionTo(headers: IncomingMessage["headers"], sizeBytes = 0): Error | undefined {
    if (sizeBytes > this.#maxBytes) return new PermanentFailure("file-too-large");
    // The request asked for the plain file. A packed file would reach the customer packed.
    const { "content-encoding": encoding = "identity" } = headers;
    return encoding === "identity" ? undefined : unavailable("came packed");
  }
}

/** One call over a connection of its own. It connects only to the checked addresses. */
function get(
  url: URL,
  addresses: readonly LookupAddress[],
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const lookup: LookupFunction = (_hostname, { all }, found) => {
    const [{ address, family } = { address: "", family: 0 }] = addresses;
    if (all === true) found(null, [...addresses]);
    else found(null, address, family);
  };
  const send = url.protocol === "http:" ? httpRequest : httpsRequest;
  const headers = { Accept: "*/*", "Accept-Encoding": "identity" };
  const outgoing = send(url, { agent: false, lookup, headers, signal });
  outgoing.on("error", reject);
  outgoing.on("response", resolve);
  outgoing.end();
  return promise;
}

function readAddress(address: string, base?: URL): URL {
  const url = URL.parse(address, base?.href);
  if (url === null) throw unavailable("has no address");
  return url;
}

/** Never resolves. Rejects when the signal aborts, after the timeout. */
function endOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}

function refusalOf({ statusCode = 0, headers }: IncomingMessage): Error {
  const isPassing = statusCode >= 500 || statusCode === 408 || statusCode === 429;
  if (!isPassing) return unavailable(`was answered with ${String(statusCode)}`);
  const retryAfterSeconds = vendorWait(headers["retry-after"]);
  return new TransientFailure(`an attachment was answered with ${String(statusCode)}`, {
    retryAfterSeconds,
  });
}

function unavailable(reason: string): PermanentFailure {
  return new PermanentFailure("attachment-unavailable", `an attachment ${reason}`);
}

/**
 * A fetch changes nothing, so a lost answer is not ambiguous. The failure omits the cause, which names
 * the address.
 */
function failureBehind(error: unknown): Error {
  if (error instanceof PermanentFailure || error instanceof TransientFailure) return error;
  const { code, name } = error as { code?: unknown; name?: unknown };
  const reason = name === "AbortError" ? "timeout" : typeof code === "string" ? code : "unknown";
  return new TransientFailure(`an attachment did not come: ${reason}`);
}

/**
 * A body as it arrives, up to a size and within a time. Its reader gets PermanentFailure "file-too-large"
 * or a TransientFailure. The connection closes when the reader leaves the body or reads it to the end.
 */
function boundedBody(
  source: Readable,
  { maxBytes, timeoutMillis }: { maxBytes: number; timeoutMillis: number },
): AsyncIterable<Uint8Array> {
  let received = 0;
  const body = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      received += chunk.byteLength;
      if (received > maxBytes) done(new PermanentFailure("file-too-large"));
      else done(null, chunk);
    },
  });
  const fail = (reason: string) => body.destroy(new TransientFailure(`an attachment ${reason}`));
  const timer = setTimeout(() => fail("took too long"), timeoutMillis);
  source.on("error", () => fail("broke off"));
  // The reader gets the error. An error before the first read must not end the process.
  body.on("error", () => undefined);
  body.on("close", () => {
    clearTimeout(timer);
    source.destroy();
  });
  source.pipe(body);
  return {
    [Symbol.asyncIterator]: () => {
      const chunks: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]();
      return {
        next: () => chunks.next(),
        // It also works before the first chunk. There the iterator of a stream would leave the connection
        // open.
        return: async () => {
          body.destroy();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
