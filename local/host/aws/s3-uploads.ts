import type { IncomingMessage } from "node:http";
import { crc32 } from "node:zlib";
import { AwsError } from "./refusal.ts";

const minChunkBytes = 8192;

/** Body and headers for the emulator: without chunks and without `Expect: 100-continue`. */
export function forEmulator(request: IncomingMessage, body: Buffer) {
  const { expect: _expect, ...headers } = request.headers;
  if (headers["x-amz-copy-source"] !== undefined) {
    throw new AwsError("NotImplemented", "Copies are not served here.", 501);
  }
  if (!String(headers["x-amz-content-sha256"] ?? "").startsWith("STREAMING-")) {
    return { body, headers };
  }
  const { "content-encoding": _encoding, ...others } = headers;
  const plain = plainUpload(body, headers);
  return { body: plain.body, headers: { ...others, ...plain.headers } };
}

/**
 * The content of a chunked upload, and its headers without the chunking. Refuses the same uploads as S3: a
 * chunk below 8 KB before the last one, a length other than announced, and a wrong CRC-32 are errors. Does
 * not read the chunks' signatures.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export function plainUpload(body: Buffer, headers: IncomingMessage["headers"]) {
  const { chunks, trailers } = readChunks(body);
  if (chunks.slice(0, -1).some((chunk) => chunk.length < minChunkBytes)) {
    const sentence = "Only the last chunk is allowed to have a size less than 8192 bytes";
    throw new AwsError("InvalidChunkSizeError", sentence, 403);
  }
  const bytes = Buffer.concat(chunks);
  if (bytes.length !== Number(headers["x-amz-decoded-content-length"])) throw incomplete();
  const claimed = trailers["x-amz-checksum-crc32"];
  const found = Buffer.alloc(4);
  found.writeUInt32BE(crc32(bytes));
  if (claimed !== undefined && claimed !== found.toString("base64")) {
    const sentence = "The CRC32 you specified did not match the calculated checksum.";
    throw new AwsError("BadDigest", sentence);
  }
  const encodings = String(headers["content-encoding"] ?? "").split(",");
  const left = encodings.map((each) => each.trim()).filter((each) => each !== "aws-chunked");
  return {
    body: bytes,
    headers: { ...trailers, ...(left.join() === "" ? {} : { "content-encoding": left.join() }) },
  };
}

/** Reads `<size in hex>[;extension]\r\n<bytes>\r\n` up to an empty chunk, then the trailers. */
function readChunks(body: Buffer) {
  const chunks: Buffer[] = [];
  let offset = 0;
  for (;;) {
    const lineEnd = body.indexOf("\r\n", offset);
    const size = Number.parseInt(body.subarray(offset, Math.max(offset, lineEnd)).toString(), 16);
    if (lineEnd < 0 || Number.isNaN(size)) throw incomplete();
    const start = lineEnd + 2;
    if (size === 0) return { chunks, trailers: readTrailers(body.subarray(start)) };
    if (start + size + 2 > body.length) throw incomplete();
    chunks.push(body.subarray(start, start + size));
    offset = start + size + 2;
  }
}

function readTrailers(lines: Buffer): Readonly<Record<string, string>> {
  const pairs = lines.toString("latin1").matchAll(/^([^:\r\n]+):([^\r\n]*)/gm);
  return Object.fromEntries(
    [...pairs].map(([, name = "", value = ""]) => [name.trim().toLowerCase(), value.trim()]),
  );
}

function incomplete(): AwsError {
  return new AwsError("IncompleteBody", "The request body terminated unexpectedly");
}
