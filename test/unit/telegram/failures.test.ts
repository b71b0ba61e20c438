import { describe, expect, test } from "@jest/globals";
import { GrammyError, HttpError } from "grammy/web";
import { failureOf } from "../../../lambdas/telegram/send/failures.ts";

const refusal = (errorCode: number, description: string, parameters = {}) =>
  new GrammyError(
    "refused",
    { ok: false, error_code: errorCode, description, parameters },
    "sendMessage",
    { chat_id: "42", text: "the operator's words" },
  );
const noAnswer = (code: string) =>
  new HttpError(
    "failed",
    Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error(), { code }) }),
  );

describe("a refusal that concerns this chat or this message", () => {
  test.each([
    { code: 403, description: "Forbidden: bot was blocked by the user", reason: "blocked" },
    { code: 403, description: "Forbidden: user is deactivated", reason: "deactivated" },
    {
      code: 403,
      description: "Forbidden: bot can't initiate conversation with a user",
      reason: "write-first",
    },
    {
      code: 403,
      description: "Forbidden: the bot can't send messages to the bot",
      reason: "customer-is-bot",
    },
    {
      code: 403,
      description: "Forbidden: bot can't send messages to bots",
      reason: "customer-is-bot",
    },
    {
      code: 403,
      description: "Forbidden: bot was kicked from the supergroup chat",
      reason: "bot-not-in-chat",
    },
    {
      code: 403,
      description: "Forbidden: bot is not a member of the channel chat",
      reason: "bot-not-in-chat",
    },
    { code: 403, description: "Forbidden: the group chat was deleted", reason: "bot-not-in-chat" },
    { code: 403, description: "Forbidden: group chat was deactivated", reason: "bot-not-in-chat" },
    {
      code: 403,
      description: "Forbidden: not enough rights to send text messages to the chat",
      reason: "bot-has-no-right",
    },
    { code: 403, description: "Forbidden: CHAT_WRITE_FORBIDDEN", reason: "bot-has-no-right" },
    { code: 403, description: "Forbidden: something new", reason: "forbidden" },
    {
      code: 400,
      description: "Bad Request: not enough rights to send photos to the chat",
      reason: "bot-has-no-right",
    },
    {
      code: 400,
      description: "Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN",
      reason: "bot-has-no-right",
    },
    { code: 400, description: "Bad Request: CHAT_RESTRICTED", reason: "bot-has-no-right" },
    {
      code: 400,
      description: "Bad Request: PRIVACY_PREMIUM_REQUIRED",
      reason: "customer-restricts",
    },
    {
      code: 400,
      description: "Bad Request: ALLOW_PAYMENT_REQUIRED_25",
      reason: "customer-restricts",
    },
    { code: 400, description: "Bad Request: private chat not found", reason: "chat-not-found" },
    {
      code: 400,
      description: "Bad Request: VOICE_MESSAGES_FORBIDDEN",
      reason: "refused-by-telegram",
    },
    { code: 400, description: "Bad Request: chat not found", reason: "chat-not-found" },
    { code: 400, description: "Bad Request: user not found", reason: "chat-not-found" },
    { code: 400, description: "Bad Request: PEER_ID_INVALID", reason: "chat-not-found" },
    { code: 400, description: "Bad Request: message is too long", reason: "refused-by-telegram" },
    { code: 400, description: "Bad Request: can't parse entities", reason: "refused-by-telegram" },
    { code: 400, description: "Bad Request: REACTION_INVALID", reason: "refused-by-telegram" },
    {
      code: 400,
      description: "Bad Request: PHOTO_INVALID_DIMENSIONS",
      reason: "refused-by-telegram",
    },
    {
      code: 400,
      description: "Bad Request: file of size 11534336 bytes is too big for a photo",
      reason: "refused-by-telegram",
    },
    { code: 400, description: "Bad Request: file is too big", reason: "file-too-large" },
    { code: 413, description: "Request Entity Too Large", reason: "file-too-large" },
    {
      code: 400,
      description: "Bad Request: wrong file_id or the file is temporarily unavailable",
      reason: "attachment-unavailable",
    },
  ])("$code '$description' is permanent: $reason", ({ code, description, reason }) => {
    expect(failureOf(refusal(code, description))).toMatchObject({
      name: "PermanentFailure",
      reason,
    });
  });
});

describe("any other answer", () => {
  test.each(["PHOTO_SAVE_FILE_INVALID", "group send failed", "message send failed"])(
    "'%s' is a transient failure of Telegram, and a refusal when it persists",
    (description) => {
      expect(failureOf(refusal(400, `Bad Request: ${description}`))).toMatchObject({
        name: "TransientFailure",
        ambiguous: false,
        mostAttempts: 5,
      });
    },
  );

  test("of a frozen bot does not concern the message", () => {
    expect(failureOf(refusal(400, "Bad Request: FROZEN_METHOD_INVALID"))).toMatchObject({
      name: "TransientFailure",
      needsPerson: true,
      message: "Telegram has frozen the bot",
    });
  });

  test.each([
    { name: "a revoked token", code: 401, description: "Unauthorized", needsPerson: true },
    { name: "a wrong token", code: 404, description: "Not Found", needsPerson: true },
    { name: "a second consumer of updates", code: 409, description: "Conflict", needsPerson: true },
    { name: "a redirect", code: 302, description: "not a Bot API answer", needsPerson: true },
    {
      name: "a Telegram outage",
      code: 500,
      description: "Internal Server Error",
      needsPerson: false,
    },
    {
      name: "a proxy whose server is down",
      code: 502,
      description: "not a Bot API answer",
      needsPerson: false,
    },
  ])(
    "$name ($code) is transient and certainly did not send",
    ({ code, description, needsPerson }) => {
      expect(failureOf(refusal(code, description))).toMatchObject({
        name: "TransientFailure",
        ambiguous: false,
        needsPerson,
      });
    },
  );

  test("of an unreadable success may have been carried out", () => {
    expect(failureOf(refusal(200, "not a Bot API answer"))).toMatchObject({ ambiguous: true });
  });

  test("429 gives the wait", () => {
    expect(failureOf(refusal(429, "Too Many Requests", { retry_after: 17 }))).toMatchObject({
      name: "TransientFailure",
      retryAfterSeconds: 17,
    });
  });

  test("429 without a wait waits a little", () => {
    expect(failureOf(refusal(429, "Too Many Requests"))).toMatchObject({ retryAfterSeconds: 5 });
  });
});

describe("no answer", () => {
  test.each(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"])(
    "%s means that nothing was sent",
    (code) => {
      expect(failureOf(noAnswer(code))).toMatchObject({
        name: "TransientFailure",
        ambiguous: false,
      });
    },
  );

  test.each(["ECONNRESET", "UND_ERR_SOCKET", "UND_ERR_HEADERS_TIMEOUT"])(
    "%s means that the call may have been carried out",
    (code) => {
      expect(failureOf(noAnswer(code))).toMatchObject({
        name: "TransientFailure",
        ambiguous: true,
      });
    },
  );

  test("an unknown error means that the call may have been carried out", () => {
    expect(failureOf("unidentified")).toMatchObject({ name: "TransientFailure", ambiguous: true });
  });
});

describe("the message of a failure", () => {
  test.each([refusal(400, "Bad Request: the operator's words"), noAnswer("ECONNRESET")])(
    "repeats nothing of the call: %#",
    (error) => {
      expect(failureOf(error).message).toMatch(/^(Telegram answered 400|no answer: ECONNRESET)$/);
    },
  );
});

test.each([
  [401, "Unauthorized", "unauthorized"],
  [404, "Not Found", "unauthorized"],
  [409, "Conflict: terminated by other getUpdates request", "conflict"],
  [429, "Too Many Requests", "rate-limit"],
  [502, "Bad Gateway", "server-error"],
  [418, "I am a teapot", "other"],
  [400, "Bad Request: group send failed", "other"],
  [403, "Forbidden: FROZEN_METHOD_INVALID", "unauthorized"],
] as const)("names Telegram as the cause of a %i (%s), and %s", (code, words, kind) => {
  expect(failureOf(refusal(code, words))).toMatchObject({
    source: { vendor: "telegram", kind, status: code },
  });
});
