import type { IncomingMessage } from "node:http";
import { AwsError } from "./aws-client.ts";
import { plainUpload } from "./chunked-body.ts";
import type { Access } from "./requested-access.ts";

/** S3 uses REST, so the host recognizes its requests by the service in their signature. */
export function isForS3(request: IncomingMessage): boolean {
  return /\/s3\/aws4_request/.test(request.headers.authorization ?? "");
}

const objectActions: Readonly<Record<string, string>> = {
  GET: "s3:GetObject",
  HEAD: "s3:GetObject",
  PUT: "s3:PutObject",
  DELETE: "s3:DeleteObject",
};
const bucketActions: Readonly<Record<string, string>> = {
  GET: "s3:ListBucket",
  HEAD: "s3:ListBucket",
  PUT: "s3:CreateBucket",
  DELETE: "s3:DeleteBucket",
};

/**
 * The permission that a request needs, for whole objects and buckets only. The host does not serve
 * copies, parts, tags and other settings, because each of them would need its own permission.
 */
export function requestedS3Access(method: string, url: string): Access {
  const { pathname, searchParams } = new URL(url, "http://s3");
  const [bucket = "", ...rest] = decodeURIComponent(pathname).slice(1).split("/");
  const key = rest.join("/");
  const action = (key === "" ? bucketActions : objectActions)[method];
  const known = ["x-id", "list-type", "prefix", "max-keys"];
  const isPlain = [...searchParams.keys()].every((name) => known.includes(name));
  if (action === undefined || bucket === "" || !isPlain) {
    throw new AwsError("NotImplemented", "This request of S3 is not served here.", 501);
  }
  return { action, resource: `arn:aws:s3:::${bucket}${key === "" ? "" : `/${key}`}` };
}

/** Body and headers for the emulator: without chunks and without `Expect: 100-continue`. */
export function forEmulator(request: IncomingMessage, body: Buffer) {
  const { expect: _expect, "content-encoding": encoding, ...headers } = request.headers;
  if (headers["x-amz-copy-source"] !== undefined) {
    throw new AwsError("NotImplemented", "Copies are not served here.", 501);
  }
  if (!String(headers["x-amz-content-sha256"] ?? "").startsWith("STREAMING-")) {
    return {
      body,
      headers: encoding === undefined ? headers : { ...headers, "content-encoding": encoding },
    };
  }
  const plain = plainUpload(body, request.headers);
  return { body: plain.body, headers: { ...headers, ...plain.headers } };
}

/** The body of an S3 error. */
export function s3ErrorBody(code: string, message: string): string {
  const escape = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n` +
    `<Error><Code>${escape(code)}</Code><Message>${escape(message)}</Message></Error>`
  );
}
