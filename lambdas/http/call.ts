import { TransientFailure } from "../model/failure.ts";
import type { FailureSource } from "../model/failure.ts";
import { keepAliveFetch } from "./keep-alive.ts";

/** A function that calls a vendor: the platform's `fetch`, or a stand-in. */
export type Fetch = typeof keepAliveFetch;

/** An answer with any status. The body is the whole text. */
export type Answer = {
  readonly status: number;
  readonly headers: Pick<Headers, "get">;
  readonly text: string;
};

/**
 * Makes one HTTP call. It returns an answer with any status. Without an answer it throws a
 * TransientFailure, which says whether the vendor may have carried out the request. It follows no
 * redirect: a signature or token must not reach another host.
 */
export async function call(
  url: string,
  init: { method: string; headers: Record<string, string>; body?: Uint8Array | string },
  {
    timeoutMillis,
    fetch = keepAliveFetch,
    vendor,
  }: { timeoutMillis: number; fetch?: Fetch | undefined; vendor?: FailureSource["vendor"] },
): Promise<Answer> {
  try {
    const response = await fetch(url, {
      ...init,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMillis),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    throw noAnswer(error, vendor);
  }
}

/** The failure behind a call without an answer. It names no address, because an address may hold a token. */
export function noAnswer(error: unknown, vendor?: FailureSource["vendor"]): TransientFailure {
  const code = codeOf(error);
  return new TransientFailure(`no answer: ${code}`, {
    ambiguous: !neverSent.has(code),
    source: vendor === undefined ? undefined : { vendor, kind: "no-answer" },
    cause: error,
  });
}

/** Codes of errors that come before the client can write a request. */
const neverSent = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

function codeOf(error: unknown): string {
  let inner = error as ErrorLike | null | undefined;
  for (let depth = 0; depth < 8 && typeof inner === "object" && inner !== null; depth += 1) {
    if (typeof inner.code === "string") return inner.code;
    if (inner.name === "TimeoutError" || inner.name === "AbortError") return "timeout";
    // grammY keeps the cause of an HttpError in `error`.
    inner = (inner.cause ?? inner.error) as ErrorLike | null | undefined;
  }
  return "unknown";
}

type ErrorLike = { code?: unknown; name?: unknown; cause?: unknown; error?: unknown };

const monthSeconds = 30 * 86_400;

/** A vendor's wait in whole seconds, from one second to a month; undefined for anything else. */
export function vendorWait(value: unknown): number | undefined {
  const seconds = typeof value === "string" && /^\d+$/.test(value.trim()) ? Number(value) : value;
  if (typeof seconds !== "number" || !(seconds > 0)) return undefined;
  return Math.min(Math.ceil(seconds), monthSeconds);
}

/** The same, from a `Retry-After` header: seconds, or an HTTP date. */
export function waitOfHeader(header: string | null, nowMillis: number): number | undefined {
  if (header === null) return undefined;
  const isDate = /^[A-Z][a-z]{2}, .* GMT$/.test(header.trim());
  return vendorWait(isDate ? (Date.parse(header) - nowMillis) / 1000 : header);
}
