import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** The four headers the Chats API checks, ready to be sent as they are. */
export type SignedHeaders = {
  readonly Date: string;
  readonly "Content-Type": string;
  readonly "Content-MD5": string;
  readonly "X-Signature": string;
};

/** What is signed: the very bytes that go out, and the date of the attempt. */
export type RequestToSign = {
  readonly method: string;
  /** Path as called; a query is left out of the signed text, as the API wants. */
  readonly path: string;
  /** RFC 2822, see {@link formatDate}; the signature holds 15 minutes from it. */
  readonly date: string;
  readonly contentType?: string;
  readonly body: Uint8Array;
};

/** The channel secret, as issued: its text is the key, it is never decoded from hexadecimal. */
export type ChannelSecret = string | Uint8Array;

/** The date in the form the Chats API documents: `Wed, 15 Dec 2021 23:12:55 +0000`. */
export function formatDate(date: Date): string {
  return date.toUTCString().replace("GMT", "+0000");
}

/**
 * Signs one request to the Chats API: MD5 of the body bytes, then HMAC-SHA1 over method, MD5,
 * content type, date and path, one a line. Sign at the moment of sending and send these headers.
 * @see https://www.amocrm.ru/developers/content/chats/chat-start
 */
export function signRequest(request: RequestToSign, secret: ChannelSecret): SignedHeaders {
  const contentType = request.contentType ?? "application/json";
  const contentMd5 = createHash("md5").update(request.body).digest("hex");
  const path = request.path.split("?", 1)[0];
  const text = [request.method.toUpperCase(), contentMd5, contentType, request.date, path].join(
    "\n",
  );
  return {
    Date: request.date,
    "Content-Type": contentType,
    "Content-MD5": contentMd5,
    "X-Signature": createHmac("sha1", secret).update(text).digest("hex"),
  };
}

/** The `X-Signature` that a hook of this body carries: for calls of our own webhook. */
export function signHook(body: string, secret: ChannelSecret): string {
  return createHmac("sha1", secret).update(body).digest("hex");
}

/** True for a value that could be a hook's signature: forty hexadecimal digits. */
export function isWellFormedSignature(signature: string): boolean {
  return /^[0-9a-f]{40}$/i.test(signature);
}

/**
 * Checks a hook's `X-Signature`, the HMAC-SHA1 of the body, in constant time and against every
 * secret in use (`current` and `previous` during a rotation). Some accounts are sent a trailing
 * line break that was not signed, so the body is tried without it too; nothing else is normalised.
 * Answers the bytes that were signed, or undefined where the signature fits neither.
 * @see https://www.amocrm.ru/developers/content/chats/chat-webhooks
 */
export function signedBytes(
  body: Uint8Array,
  signature: string,
  secrets: readonly ChannelSecret[],
): Uint8Array | undefined {
  if (!isWellFormedSignature(signature)) return undefined;
  const given = Buffer.from(signature, "hex");
  const bare = withoutTrailingLineBreaks(body);
  const candidates = bare.length === body.length ? [body] : [body, bare];
  let signed: Uint8Array | undefined;
  for (const secret of secrets) {
    if (secret.length === 0) continue; // an empty key would verify anybody's signature
    for (const candidate of candidates) {
      const expected = createHmac("sha1", secret).update(candidate).digest();
      const fits = timingSafeEqual(expected, given);
      signed ??= fits ? candidate : undefined;
    }
  }
  return signed;
}

/** True where the signature is of this body, as {@link signedBytes} finds it. */
export function verifyHook(
  body: Uint8Array,
  signature: string,
  secrets: readonly ChannelSecret[],
): boolean {
  return signedBytes(body, signature, secrets) !== undefined;
}

/** The body without the CR and LF at its end. */
export function withoutTrailingLineBreaks(body: Uint8Array): Uint8Array {
  let end = body.length;
  while (end > 0 && (body[end - 1] === 0x0a || body[end - 1] === 0x0d)) end -= 1;
  return body.subarray(0, end);
}
