import type { SimulatedAnswer } from "../../http.ts";

/** A refusal of the Bot API, in its envelope. Methods throw it, and the server answers it. */
export class TelegramRefusal extends Error {
  override readonly name = "TelegramRefusal";
  readonly answer: SimulatedAnswer;

  constructor(status: number, description: string, parameters?: Record<string, unknown>) {
    super(description);
    const body = { ok: false, error_code: status, description };
    this.answer = { status, body: parameters === undefined ? body : { ...body, parameters } };
  }
}

/** A 400 in the Bot API's words. */
export function badRequest(description: string): TelegramRefusal {
  return new TelegramRefusal(400, `Bad Request: ${description}`);
}

/** A 429 with its `retry_after`. */
export function tooManyRequests(retryAfterSeconds: number): TelegramRefusal {
  return new TelegramRefusal(429, `Too Many Requests: retry after ${retryAfterSeconds}`, {
    retry_after: retryAfterSeconds,
  });
}

/** `ok: true` with its result, and the description that some methods add. */
export function success(result: unknown, description?: string): SimulatedAnswer {
  return { status: 200, body: { ok: true, result, ...(description ? { description } : {}) } };
}

/** Telegram's usual body for a status, for faults without a body. */
export function usualBody(status: number): unknown {
  if (status < 400) return success(true).body;
  if (status === 429) return tooManyRequests(1).answer.body;
  const words: Record<number, string> = {
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
  };
  return new TelegramRefusal(status, words[status] ?? "Bad Request").answer.body;
}
