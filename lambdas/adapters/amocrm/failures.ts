import { PermanentFailure, TransientFailure } from "../../model/failure.ts";
import { retryAfterSeconds } from "../http/call.ts";
import type { Answer } from "../http/call.ts";

/** How long to leave amoCRM alone after a 429 that does not say. */
const defaultPauseSeconds = 5;

/**
 * The failure behind an answer of the Chats API that is not a success. Only an answer that speaks
 * of this very message is permanent; a refused signature or an unknown channel is our trouble.
 */
export function failureOf(
  answer: Answer,
  nowMillis: number,
  /** The call names a message, so a 404 may speak of that message. */
  { namesMessage = false }: { namesMessage?: boolean } = {},
): TransientFailure | PermanentFailure {
  const { status } = answer;
  const reason = `amoCRM answered ${String(status)}`;
  if (status === 429) {
    const wait = retryAfterSeconds(answer, nowMillis) ?? defaultPauseSeconds;
    return new TransientFailure(reason, { retryAfterSeconds: wait, isLimit: true });
  }
  if (status >= 500 || status === 408) {
    return new TransientFailure(reason, {
      retryAfterSeconds: retryAfterSeconds(answer, nowMillis),
    });
  }
  // A proxy's page speaks of no message of ours, whatever its status.
  if (answer.text.trimStart().startsWith("<")) {
    return new TransientFailure(`${reason} with a page`, { needsPerson: true });
  }
  const unknownMessage =
    status === 404 && namesMessage && !answer.text.includes("ORIGIN_NOT_REGISTERED");
  if (unknownMessage) return new PermanentFailure("refused-by-amocrm", reason);
  if (status < 400 || [401, 402, 403, 404, 405].includes(status)) {
    return new TransientFailure(reason, { needsPerson: true });
  }
  return new PermanentFailure("refused-by-amocrm", reason);
}
