import type { Fetch } from "../../lambdas/http/call.ts";

/** An answer on the wire: text is sent unchanged, anything else as JSON. */
export type FetchedAnswer = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

/** A `fetch` without a network: gives the answers in order. The last one repeats. */
export function aFakeFetch(...answers: readonly [FetchedAnswer, ...FetchedAnswer[]]): {
  readonly fetch: Fetch;
  readonly calls: { readonly url: string; readonly init: RequestInit }[];
} {
  const calls: { url: string; init: RequestInit }[] = [];
  const fetch: Fetch = async (input, init = {}) => {
    const {
      status = 200,
      headers = {},
      body,
    } = answers[Math.min(calls.length, answers.length - 1)] ?? {};
    calls.push({ url: input instanceof Request ? input.url : String(input), init });
    const text = typeof body === "string" ? body : JSON.stringify(body ?? {});
    return new Response(status === 204 ? null : text, { status, headers });
  };
  return { fetch, calls };
}
