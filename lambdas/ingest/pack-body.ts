import { createHash } from "node:crypto";
import type { PackBody, BodyOf, BodyStore } from "../model/stores.ts";
import { brotliDecompressSync } from "node:zlib";
import type { Envelope } from "../model/envelope.ts";
import { PermanentFailure } from "../model/failure.ts";

/** A body up to this travels as it is: it is not worth the time that compressing takes. */
export const largestPlainBytes = 100_000;
/**
 * So much base64 fits a queue message (1 MiB) and, beside the other attributes, an item of the spool
 * or of what is parked (400 KB).
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
export const largestCarriedBytes = 250_000;
/** Objects under it expire: docs/decisions/0016-large-bodies.md. */
const prefix = "bodies/";

/**
 * What an envelope carries of a body: up to 100 KB the bytes, else what Brotli makes of them, and
 * where that is more than 250 KB of base64, the key of an object. Pure: the same body has the same key.
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

/** Loaded when a large body comes: nearly none does, and a webhook's start must not wait for it. */
function compressed(body: Uint8Array): Buffer {
  const { brotliCompressSync, constants } = process.getBuiltinModule("node:zlib");
  // Measured against gzip and higher qualities: docs/decisions/0016-large-bodies.md.
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
