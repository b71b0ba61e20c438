import { describe, expect, test } from "@jest/globals";
import { failureOf } from "../../../lambdas/amocrm/chats/failures.ts";

const nowMillis = Date.parse("2026-01-02T03:04:05Z");
const answer = (status: number, text = "", headers: Record<string, string> = {}) => ({
  status,
  text,
  headers: new Headers(headers),
});

describe("an answer about the message itself", () => {
  test.each([400, 409, 413, 422])("%i is permanent", (status) => {
    expect(
      failureOf(answer(status, '{"detail":"the customer\'s words"}'), nowMillis),
    ).toMatchObject({
      name: "PermanentFailure",
      reason: "refused-by-amocrm",
      message: `amoCRM answered ${status}`,
    });
  });

  test("404 to a call with a message id concerns that message", () => {
    expect(failureOf(answer(404), nowMillis, { namesMessage: true })).toMatchObject({
      name: "PermanentFailure",
    });
  });
});

describe("an HTML page", () => {
  const pages = [
    "<html><body>Bad Request</body></html>",
    "\n  <!DOCTYPE html>",
    "\uFEFF<html>",
    "Bad Request",
  ];

  test.each([400, 401, 403, 404, 405, 409, 413, 418, 422, 451])(
    "of status %i is a proxy's and concerns no message, so it is transient",
    (status) => {
      const failures = pages.flatMap((page) =>
        [false, true].map((namesMessage) =>
          failureOf(answer(status, page), nowMillis, { namesMessage }),
        ),
      );

      for (const failure of failures) {
        expect(failure).toMatchObject({ name: "TransientFailure", ambiguous: false });
      }
    },
  );

  test("of status 429 is still a rate limit", () => {
    expect(failureOf(answer(429, "<html>"), nowMillis)).toMatchObject({
      isLimit: true,
      retryAfterSeconds: 5,
    });
  });
});

describe("an answer of an unknown status", () => {
  test.each([402, 406, 410, 418, 423, 424, 425, 426, 431, 451, 499])(
    "%i with JSON is transient, and needs a person",
    (status) => {
      const refused = answer(status, '{"status":1,"detail":"no"}');

      expect(failureOf(refused, nowMillis, { namesMessage: true })).toMatchObject({
        name: "TransientFailure",
        needsPerson: true,
        ambiguous: false,
      });
    },
  );
});

describe("an answer about the integration", () => {
  test.each([
    { name: "a refused token", status: 401 },
    { name: "an unpaid account", status: 402 },
    { name: "a refused signature", status: 403 },
    { name: "an unknown channel", status: 404 },
    { name: "a wrong method", status: 405 },
    { name: "a redirect to another address", status: 301 },
    { name: "a temporary redirect", status: 302 },
  ])("$name ($status) is transient, and needs a person", ({ status }) => {
    expect(failureOf(answer(status), nowMillis)).toMatchObject({
      name: "TransientFailure",
      needsPerson: true,
      ambiguous: false,
    });
  });

  test("404 of an unregistered channel does not concern the call's message", () => {
    const unregistered = answer(404, '{"error_type":"ORIGIN_NOT_REGISTERED"}');

    expect(failureOf(unregistered, nowMillis, { namesMessage: true })).toMatchObject({
      name: "TransientFailure",
      needsPerson: true,
    });
  });
});

describe("an answer about amoCRM", () => {
  test.each([408, 500, 502, 503, 504, 599])("%i is transient, with a known outcome", (status) => {
    expect(failureOf(answer(status, "<html>"), nowMillis)).toMatchObject({
      name: "TransientFailure",
      ambiguous: false,
      needsPerson: false,
      retryAfterSeconds: undefined,
    });
  });

  test.each([
    { name: "a header of seconds", headers: { "Retry-After": "17" }, text: "", wait: 17 },
    {
      name: "a header with a date",
      headers: { "Retry-After": "Fri, 02 Jan 2026 03:05:05 GMT" },
      text: "",
      wait: 60,
    },
    {
      name: "a header with a past date",
      headers: { "Retry-After": "Fri, 02 Jan 2026 03:00:00 GMT" },
      text: "",
      wait: 5,
    },
    { name: "a field of the body", headers: {}, text: '{"retry_after": 300}', wait: 300 },
    { name: "an unreadable header", headers: { "Retry-After": "soon" }, text: "", wait: 5 },
    { name: "nothing", headers: {}, text: "", wait: 5 },
  ])("429 with $name waits $wait s", ({ headers, text, wait }) => {
    expect(failureOf(answer(429, text, headers), nowMillis)).toMatchObject({
      name: "TransientFailure",
      retryAfterSeconds: wait,
    });
  });

  test("503 with a wait gets that wait", () => {
    expect(failureOf(answer(503, "", { "Retry-After": "30" }), nowMillis)).toMatchObject({
      retryAfterSeconds: 30,
    });
  });
});

test.each([
  [401, "unauthorized"],
  [403, "unauthorized"],
  [404, "unauthorized"],
  [408, "server-error"],
  [429, "rate-limit"],
  [500, "server-error"],
  [503, "server-error"],
  [302, "other"],
] as const)("the failure behind a %i says that it is amoCRM's, and %s", (status, kind) => {
  expect(failureOf(answer(status), nowMillis)).toMatchObject({
    source: { vendor: "amocrm", kind, status },
  });
});
