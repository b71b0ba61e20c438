import type { SimulatedAnswer } from "../../http.ts";

/** A refusal of the Bot API. Methods throw it, and the server answers it. */
export class TelegramRefusal extends Error {
  override readonly name = "TelegramRefusal";
  readonly status: number;
  readonly parameters: Readonly<Record<string, unknown>> | undefined;

  constructor(status: number, description: string, parameters?: Record<string, unknown>) {
    super(description);
    this.status = status;
    this.parameters = parameters;
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

/** `ok: false` in the Bot API's envelope. */
export function refusalAnswer(refusal: TelegramRefusal): SimulatedAnswer {
  return {
    status: refusal.status,
    body: {
      ok: false,
      error_code: refusal.status,
      description: refusal.message,
      ...(refusal.parameters === undefined ? {} : { parameters: refusal.parameters }),
    },
  };
}

/** Telegram's usual body for a status, for faults without a body. */
export function usualBody(status: number): unknown {
  if (status < 400) return success(true).body;
  if (status === 429) return refusalAnswer(tooManyRequests(1)).body;
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
  return refusalAnswer(new TelegramRefusal(status, words[status] ?? "Bad Request")).body;
}
