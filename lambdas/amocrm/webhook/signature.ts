import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** The four headers that the Chats API checks, ready to send. */
export type SignedHeaders = {
  readonly Date: string;
  readonly "Content-Type": string;
  readonly "Content-MD5": string;
  readonly "X-Signature": string;
};

/** The request to sign: the exact bytes to send, and the date of the attempt. */
export type RequestToSign = {
  readonly method: string;
  /** The path of the call. The signed text omits the query, as the API requires. */
  readonly path: string;
  /** RFC 2822, see {@link formatDate}. The signature is valid for 15 minutes from it. */
  readonly date: string;
  readonly contentType?: string;
  readonly body: Uint8Array;
};

/**
 * The channel secret in its issued form. Its text is the key. The bridge never decodes it from
 * hexadecimal.
 */
export type ChannelSecret = string | Uint8Array;

/** The date in the form of the Chats API's documentation: `Wed, 15 Dec 2021 23:12:55 +0000`. */
export function formatDate(date: Date): string {
  return date.toUTCString().replace("GMT", "+0000");
}

/**
 * Signs one request to the Chats API: MD5 of the body bytes, then HMAC-SHA1 over method, MD5, content
 * type, date and path, one per line. Sign at the moment of sending, and send these headers.
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

/** The `X-Signature` of a hook with this body, for calls of our own webhook. */
export function signHook(body: string, secret: ChannelSecret): string {
  return createHmac("sha1", secret).update(body).digest("hex");
}

/** True for a value that can be a hook's signature: forty hexadecimal digits. */
export function isWellFormedSignature(signature: string): boolean {
  return /^[0-9a-f]{40}$/i.test(signature);
}

/**
 * Checks a hook's `X-Signature`, the HMAC-SHA1 of the body, in constant time. It tries every secret in
 * use (`current` and `previous` during a rotation). Some accounts get a trailing line break that amoCRM
 * did not sign. So it also tries the body without trailing line breaks. It normalises nothing else.
 * Returns the bytes that amoCRM signed; undefined when the signature fits neither.
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
    if (secret.length === 0) continue; // with an empty key, any caller could sign
    for (const candidate of candidates) {
      const expected = createHmac("sha1", secret).update(candidate).digest();
      const fits = timingSafeEqual(expected, given);
      signed ??= fits ? candidate : undefined;
    }
  }
  return signed;
}

/** True when the signature is of this body, by {@link signedBytes}. */
export function verifyHook(
  body: Uint8Array,
  signature: string,
  secrets: readonly ChannelSecret[],
): boolean {
  return signedBytes(body, signature, secrets) !== undefined;
}

/** The body without CR and LF at its end. */
export function withoutTrailingLineBreaks(body: Uint8Array): Uint8Array {
  let end = body.length;
  while (end > 0 && (body[end - 1] === 0x0a || body[end - 1] === 0x0d)) end -= 1;
  return body.subarray(0, end);
}
