import { Transform } from "node:stream";
import type { Readable } from "node:stream";
import { PermanentFailure, TransientFailure } from "../../model/failure.ts";

/**
 * A body as it comes in, up to a size and within a time. Its reader gets PermanentFailure
 * "file-too-large" or TransientFailure; left or read to the end, it closes the connection.
 */
export function boundedBody(
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
  // The reader gets the error; it may come when nobody reads yet, and must not end the process.
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
        // Also before the first chunk, where the iterator of a stream would leave it open.
        return: async () => {
          body.destroy();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
