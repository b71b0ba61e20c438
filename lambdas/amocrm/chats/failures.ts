import { PermanentFailure, TransientFailure } from "../../model/failure.ts";
import type { FailureSource } from "../../model/failure.ts";
import { vendorWait, waitOfHeader } from "../../http/call.ts";
import type { Answer } from "../../http/call.ts";
import * as z from "zod/mini";

/** The wait before the next call of amoCRM, after a 429 that gives no wait. */
const defaultPauseSeconds = 5;

/**
 * The failure behind an answer of the Chats API that is not a success. It is permanent only when the
 * answer is about this very message. A refused signature or an unknown channel is a problem of the
 * bridge, so it is transient.
 */
export function failureOf(
  answer: Answer,
  nowMillis: number,
  /** The call names a message, so a 404 may be about that message. */
  { namesMessage = false }: { namesMessage?: boolean } = {},
): TransientFailure | PermanentFailure {
  const { status } = answer;
  const reason = `amoCRM answered ${String(status)}`;
  const source = sourceOf(status);
  if (status === 429) {
    const wait = waitOf(answer, nowMillis) ?? defaultPauseSeconds;
    return new TransientFailure(reason, { retryAfterSeconds: wait, isLimit: true, source });
  }
  if (status >= 500 || status === 408) {
    return new TransientFailure(reason, {
      retryAfterSeconds: waitOf(answer, nowMillis),
      source,
    });
  }
  // A proxy's page is about no message of ours, whatever its status.
  if (answer.text.trim() !== "" && !isJson(answer.text)) {
    return new TransientFailure(`${reason} with a page`, { needsPerson: true, source });
  }
  const unknownMessage =
    status === 404 && namesMessage && !answer.text.includes("ORIGIN_NOT_REGISTERED");
  if (unknownMessage || speaksOfMessage.has(status)) {
    return new PermanentFailure("refused-by-amocrm", reason);
  }
  return new TransientFailure(reason, { needsPerson: true, source });
}

/** 404: the channel is not connected to the account, or not any more. */
const unauthorized = new Set([401, 403, 404]);

function sourceOf(status: number): FailureSource {
  const kindOf = (): FailureSource["kind"] => {
    if (status === 429) return "rate-limit";
    if (status >= 500 || status === 408) return "server-error";
    return unauthorized.has(status) ? "unauthorized" : "other";
  };
  return { vendor: "amocrm", kind: kindOf(), status };
}

/** Bad data, a conflict, too large: amoCRM would refuse the same request again. */
const speaksOfMessage = new Set([400, 409, 413, 422]);

/** The wait that an answer asks for, in its header or in its body. */
function waitOf({ headers, text }: Answer, nowMillis: number): number | undefined {
  const [, inBody] = /"retry_after"\s*:\s*"?(\d{1,9}(?:\.\d+)?)"?/.exec(text) ?? [];
  return waitOfHeader(headers.get("retry-after"), nowMillis) ?? vendorWait(Number(inBody));
}

/**
 * Reads a success. Throws a TransientFailure for an unknown shape: an answer that it cannot read is no
 * success.
 */
export function readAnswer<Schema extends z.ZodMiniType>(
  schema: Schema,
  answer: Answer,
): z.output<Schema> {
  const read = readIfPossible(schema, answer);
  if (read === undefined) throw new TransientFailure("amoCRM answered in an unknown shape");
  return read;
}

/** Reads a success whose body the caller does not need; undefined for an unknown shape. */
export function readIfPossible<Schema extends z.ZodMiniType>(
  schema: Schema,
  { text }: Answer,
): z.output<Schema> | undefined {
  try {
    return z.parse(schema, JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** True for any JSON value. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
