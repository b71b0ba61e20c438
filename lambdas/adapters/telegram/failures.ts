import { GrammyError } from "grammy/web";
import { PermanentFailure, TransientFailure } from "../../model/failure.ts";
import { noAnswer } from "../http/call.ts";
import { vendorWait } from "../http/vendor-wait.ts";

/** How long to leave a chat alone after a 429 that does not say. */
const defaultPauseSeconds = 5;

/**
 * The failure behind an error of the Bot API client. Only an answer that speaks of this chat or
 * this message is permanent.
 * @see https://core.telegram.org/bots/api#making-requests
 */
export function failureOf(error: unknown): TransientFailure | PermanentFailure {
  if (error instanceof TransientFailure || error instanceof PermanentFailure) return error;
  if (!(error instanceof GrammyError)) return noAnswer(error);
  const { error_code: code, description } = error;
  const reason = `Telegram answered ${String(code)}`;
  if (code === 429) {
    const wait = vendorWait(error.parameters.retry_after) ?? defaultPauseSeconds;
    return new TransientFailure(reason, { retryAfterSeconds: wait, isLimit: true });
  }
  if (code === 403) return new PermanentFailure(forbidden(description), reason);
  if (code === 413) return new PermanentFailure("file-too-large", reason);
  if (code === 400) return new PermanentFailure(badRequest(description), reason);
  // 401 and 404: the token; 409: somebody else consumes the bot; 5xx: their trouble.
  // A success we cannot read may have been carried out.
  return new TransientFailure(reason, {
    needsPerson: code >= 300 && code < 500,
    ambiguous: code < 300,
  });
}

function forbidden(description: string): PermanentFailure["reason"] {
  if (/deactivated/i.test(description)) return "deactivated";
  if (/blocked/i.test(description)) return "blocked";
  return "chat-not-found";
}

function badRequest(description: string): PermanentFailure["reason"] {
  if (/chat not found|user not found|PEER_ID_INVALID/i.test(description)) return "chat-not-found";
  if (/wrong file_id|temporarily unavailable/i.test(description)) return "attachment-unavailable";
  // A picture that is too big as a photo may still go as a document, so that is a refusal of its form.
  const isTooLarge = /file is too big|entity too large/i.test(description);
  return isTooLarge ? "file-too-large" : "refused-by-telegram";
}
