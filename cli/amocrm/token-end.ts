import * as z from "zod/mini";

const claims = z.looseObject({ exp: z.number() });

/**
 * When a token of the main API ends, as it says itself: amoCRM's long-lived tokens are JSON Web
 * Tokens. Undefined for one that says nothing; nobody's signature is checked.
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4
 */
export function endOfToken(token: string): number | undefined {
  const [, payload, signature] = token.split(".");
  if (payload === undefined || signature === undefined) return undefined;
  try {
    const text = Buffer.from(payload, "base64url").toString("utf8");
    const read = z.safeParse(claims, JSON.parse(text));
    return read.success ? read.data.exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}
