import { isObject } from "../untrusted.ts";

/**
 * When a token of amoCRM's main API ends, in milliseconds, as its `exp` says; undefined for one that
 * says nothing. Read, not verified: it is ours, and amoCRM alone judges it.
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4
 */
export function tokenExpiryMillis(token: string): number | undefined {
  const [, payload] = token.split(".");
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString());
    const seconds = isObject(claims) ? claims["exp"] : undefined;
    return typeof seconds === "number" && Number.isFinite(seconds) ? seconds * 1000 : undefined;
  } catch {
    return undefined;
  }
}
