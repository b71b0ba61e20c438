import { createHash } from "node:crypto";
import type { PackBody } from "../../ports/bodies.ts";

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
