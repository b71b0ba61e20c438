import { createHash } from "node:crypto";
import type { PackBody, BodyOf, BodyStore } from "../model/stores.ts";
import { brotliDecompressSync } from "node:zlib";
import type { Envelope } from "../model/envelope.ts";
import { PermanentFailure } from "../model/failure.ts";

/** A body up to this size travels uncompressed, because compressing is not worth its time. */
export const largestPlainBytes = 100_000;
/**
 * This much base64 fits into a queue message (1 MiB). With the other attributes, it also fits into
 * an item of the spool or of a parked event (400 KB).
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
export const largestCarriedBytes = 250_000;
/** Objects under this prefix expire: docs/decisions/0016-large-bodies.md. */
const prefix = "bodies/";

/**
 * Packs a body for an envelope. Up to 100 KB, the envelope carries the bytes. Above that, it
 * carries the bytes compressed by Brotli. When those are more than 250 KB of base64, it carries the
 * key of an object. This is a pure function: the same body has the same key.
 */
export const packBody: PackBody = (body) => {
  if (body.byteLength <= largestPlainBytes) {
    return { carried: { v: 1, body: asBuffer(body).toString("base64") } };
  }
  const bytes = compressed(body);
  if (Math.ceil(bytes.length / 3) * 4 <= largestCarriedBytes) {
    return { carried: { v: 2, body: { brotli: bytes.toString("base64") } } };
  }
  const key = prefix + createHash("sha256").update(bytes).digest("hex");
  return { carried: { v: 2, body: { stored: key } }, object: { key, bytes } };
};

/** Loads zlib only for a large body. Almost no body is large, and a webhook's start must not wait. */
function compressed(body: Uint8Array): Buffer {
  const { brotliCompressSync, constants } = process.getBuiltinModule("node:zlib");
  // We measured this against gzip and higher qualities: docs/decisions/0016-large-bodies.md.
  return brotliCompressSync(body, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 1,
      [constants.BROTLI_PARAM_SIZE_HINT]: body.byteLength,
    },
  });
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Lambda accepts an event of 6 MB, so no body that a webhook packed unpacks to more than this. */
export const largestUnpackedBytes = 10_000_000;

/** Reads bodies of every version, including those in the bucket. */
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
