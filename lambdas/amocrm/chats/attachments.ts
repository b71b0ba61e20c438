import type { LookupAddress } from "node:dns";
import { request as httpRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { isFailure, PermanentFailure, TransientFailure } from "../../model/failure.ts";
import type { OpenedFile, OperatorFiles } from "../../model/messenger.ts";
import { vendorWait } from "../../http/call.ts";
import { attachmentHosts } from "./attachment-hosts.ts";
import type { Resolve } from "./attachment-hosts.ts";
import { within } from "../../http/time-limit.ts";
import { Transform } from "node:stream";
import type { Readable } from "node:stream";

const maxRedirects = 3;
const wholeBodyMillis = 60_000;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Attachments of operators, from the allowed hosts. No failure names an address, because an address opens
 * the file to everyone who has it. `open` also throws PermanentFailure "file-too-large", at once or while
 * the caller reads the body.
 */
export function attachmentFiles(options: {
  /** See {@link attachmentHosts}. */
  allowedHosts: readonly string[];
  maxBytes: number;
  /** From the call until the file begins, redirects included. */
  timeoutMillis: number;
  /** For the whole file after that; 60 s by default. */
  bodyTimeoutMillis?: number;
  resolve?: Resolve;
}): OperatorFiles {
  const { maxBytes, bodyTimeoutMillis = wholeBodyMillis } = options;
  const addressesOf = attachmentHosts(options.allowedHosts, options.resolve);
  const follow = async (address: string, signal: AbortSignal): Promise<IncomingMessage> => {
    let url = readAddress(address);
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      const response = await get(url, await addressesOf(url), signal);
      if (!redirects.has(response.statusCode ?? 0)) return response;
      response.destroy();
      url = readAddress(response.headers.location ?? "", url);
    }
    throw unavailable("redirected too often");
  };
  return {
    async open(address): Promise<OpenedFile> {
      try {
        const response = await within(options.timeoutMillis, (signal) => follow(address, signal));
        const { "content-length": length, "content-type": contentType } = response.headers;
        const sizeBytes = length === undefined ? undefined : Number(length);
        const refusal = refusalOf(response, sizeBytes, maxBytes);
        if (refusal !== undefined) {
          response.destroy();
          throw refusal;
        }
        const body = boundedBody(response, { maxBytes, timeoutMillis: bodyTimeoutMillis });
        return { body, sizeBytes, contentType };
      } catch (error) {
        throw failureBehind(error);
      }
    },
  };
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

function refusalOf(
  { statusCode = 0, headers }: IncomingMessage,
  sizeBytes = 0,
  maxBytes: number,
): Error | undefined {
  if (statusCode === 200) {
    if (sizeBytes > maxBytes) return new PermanentFailure("file-too-large");
    // The request asked for the plain file. A packed file would reach the customer packed.
    const { "content-encoding": encoding = "identity" } = headers;
    return encoding === "identity" ? undefined : unavailable("came packed");
  }
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
  if (isFailure(error)) return error;
  const { code, name } = error as { code?: unknown; name?: unknown };
  const reason = name === "TimeoutError" ? "timeout" : typeof code === "string" ? code : "unknown";
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
