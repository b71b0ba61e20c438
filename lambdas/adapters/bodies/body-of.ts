import { brotliDecompressSync } from "node:zlib";
import type { Envelope } from "../../model/envelope.ts";
import { PermanentFailure } from "../../model/failure.ts";
import type { BodyOf, BodyStore } from "../../ports/bodies.ts";

/** Lambda takes an event of 6 MB, so nothing that a webhook has packed unpacks to more. */
export const largestUnpackedBytes = 10_000_000;

/** Reads bodies of every version, those in the bucket too. */
export function createBodyOf(bodies: Pick<BodyStore, "get">): BodyOf {
  return async ({ v, body }: Envelope) => {
    if (v === 1) return Buffer.from(body, "base64");
    if ("brotli" in body) return unpacked(Buffer.from(body.brotli, "base64"));
    const bytes = await bodies.get(body.stored);
    if (bytes === undefined) throw new PermanentFailure("not-understood", "its body is gone");
    return unpacked(bytes);
  };
}

function unpacked(bytes: Uint8Array): Buffer {
  try {
    return brotliDecompressSync(bytes, { maxOutputLength: largestUnpackedBytes });
  } catch (cause) {
    const detail = "a body that does not unpack, or to more than 10 MB";
    throw new PermanentFailure("not-understood", detail, { cause });
  }
}
