import type { ApiError } from "grammy/types";
import { isFailure, PermanentFailure, TransientFailure } from "../../model/failure.ts";
import type { FailureKind, PermanentReason } from "../../model/failure.ts";
import { noAnswer, vendorWait } from "../../http/call.ts";
import { valueAt } from "../../http/untrusted.ts";

/** The wait before the next call for a chat, after a 429 that gives no wait. */
const defaultPauseSeconds = 5;

/**
 * The failure behind an answer of the Bot API to this method, or behind an error of its client. It is
 * permanent only when the answer is about this chat, this message or this file.
 * @see https://core.telegram.org/bots/api#making-requests
 */
export function failureOf(error: unknown, method = ""): TransientFailure | PermanentFailure {
  if (isFailure(error)) return error;
  if (!isRefusal(error)) return noAnswer(error, "telegram");
  const { error_code: code, description } = error;
  const reason = `Telegram answered ${String(code)}`;
  const source = sourceOf(code);
  if (code === 429) {
    const wait = vendorWait(error.parameters?.retry_after) ?? defaultPauseSeconds;
    return new TransientFailure(reason, { retryAfterSeconds: wait, isLimit: true, source });
  }
  if (code === 413) return new PermanentFailure("file-too-large", reason);
  if (code === 400 && method === "getFile" && !isOfBot.test(description)) {
    return refusalOfFile(description);
  }
  if (code === 400 || code === 403) return refusalOf(code, description);
  // 401 and 404: the token is wrong. 409: another program reads the bot's updates. 5xx: Telegram has
  // trouble. Telegram may have carried out a request whose success the bridge cannot read.
  return new TransientFailure(reason, {
    needsPerson: code >= 300 && code < 500,
    ambiguous: code < 300,
    source,
  });
}

function isRefusal(error: unknown): error is ApiError {
  return valueAt(error, "ok") === false;
}

/** Refusals of `getFile` that the general table knows: of the bot, or of a file that is too big. */
const isOfBot = /too big|FROZEN_/i;

/** Telegram gives the same answer for "not now" and for "never". The bridge retries for this time. */
const unavailableMillis = 5 * 60_000;

/**
 * Telegram answers "temporarily unavailable" for all its inner errors, and also for a file that no longer
 * exists. Any other 400 is final for this file.
 * @see https://github.com/tdlib/telegram-bot-api/issues/82
 */
function refusalOfFile(description: string): TransientFailure | PermanentFailure {
  if (!/temporarily unavailable/i.test(description)) {
    return new PermanentFailure("attachment-unavailable");
  }
  const limit = { mostMillis: unavailableMillis, source: sourceOf(400) };
  return new TransientFailure("Telegram cannot give the file now", limit);
}

/** The source of a failure, from a status of Telegram. */
export function sourceOf(status: number) {
  const kind: FailureKind = kinds[status] ?? (status >= 500 ? "server-error" : "other");
  return { vendor: "telegram", kind, status } as const;
}

/** Telegram answers 404 to a token that it does not know. */
const kinds: Readonly<Record<number, FailureKind>> = {
  401: "unauthorized",
  404: "unauthorized",
  409: "conflict",
  429: "rate-limit",
};

/** The number of attempts after which Telegram's "I could not do it" counts as a refusal. */
const internalAttempts = 5;

/** The reasons of a 400 or 403, by the words of the answer. When two rows match, the first one counts. */
const refusals: readonly (readonly [RegExp, PermanentReason])[] = [
  [
    /was kicked|not a member|group chat was (deleted|deactivated)|CHANNEL_PRIVATE/i,
    "bot-not-in-chat",
  ],
  [/deactivated/i, "deactivated"],
  [/blocked/i, "blocked"],
  [/can't initiate conversation/i, "write-first"],
  [/can't send messages to (the )?bots?\b|USER_IS_BOT/i, "customer-is-bot"],
  [/PRIVACY_PREMIUM_REQUIRED|ALLOW_PAYMENT_REQUIRED|USER_PRIVACY_RESTRICTED/, "customer-restricts"],
  [
    /CHAT_(SEND_\w+|WRITE)_FORBIDDEN|CHAT_(RESTRICTED|ADMIN_REQUIRED)|(not enough|no|administrator) rights/i,
    "bot-has-no-right",
  ],
  [/chat not found|user not found|PEER_ID_INVALID/i, "chat-not-found"],
  [/wrong file_id|temporarily unavailable/i, "attachment-unavailable"],
  // Telegram's "too big for a photo" is not here. Such a picture may still go as a document, so that
  // answer refuses only its form.
  [/file is too big|entity too large/i, "file-too-large"],
];

/** The parts that accompany a message, by the words with which Telegram refuses them. */
const accompaniments = {
  buttons: /button|keyboard|reply[ _]markup/i,
  quote:
    /message (to|can't) (be )?(replied|reply)|repl(y|ied) message|reply parameters|QUOTE_|REPLY_\w*(INVALID|NOT_FOUND)|REPLY_TO|(MSG|MESSAGE)_ID_INVALID/i,
  topic: /message thread not found|TOPIC(_| is | )(CLOSED|DELETED)/i,
} as const;

function refusalOf(code: number, description: string): TransientFailure | PermanentFailure {
  const reason = `Telegram answered ${code}`;
  if (/FROZEN_/.test(description)) {
    const source = { vendor: "telegram", kind: "unauthorized", status: code } as const;
    return new TransientFailure("Telegram has frozen the bot", { needsPerson: true, source });
  }
  if (/PHOTO_SAVE_FILE_INVALID|(group|message) send failed/i.test(description)) {
    return new TransientFailure(reason, {
      mostAttempts: internalAttempts,
      source: sourceOf(code),
    });
  }
  const blames = (["buttons", "quote", "topic"] as const).find((part) =>
    accompaniments[part].test(description),
  );
  if (blames !== undefined) return new PermanentFailure("refused-by-telegram", reason, { blames });
  const found = refusals.find(([words]) => words.test(description));
  const otherwise = code === 403 ? "forbidden" : "refused-by-telegram";
  return new PermanentFailure(found?.[1] ?? otherwise, reason);
}
