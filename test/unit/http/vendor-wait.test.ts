import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { GrammyError } from "grammy/web";
import { failureOf as amocrmFailureOf } from "../../../lambdas/amocrm/chats/failures.ts";
import { vendorWait, waitOfHeader } from "../../../lambdas/http/call.ts";
import { failureOf as telegramFailureOf } from "../../../lambdas/telegram/send/failures.ts";
import { decideRetry } from "../../../lambdas/delivery/retry.ts";
import type { TransientFailure } from "../../../lambdas/model/failure.ts";

const nowMillis = Date.parse("2026-01-02T03:04:05Z");
const month = 30 * 86_400;
const digits = "9".repeat(400);

describe("a vendor's wait", () => {
  test.each([
    { given: 17, seconds: 17 },
    { given: "17", seconds: 17 },
    { given: " 17 ", seconds: 17 },
    { given: 0.2, seconds: 1 },
    { given: 1.5, seconds: 2 },
    { given: month, seconds: month },
    { given: month + 1, seconds: month },
    { given: Number.POSITIVE_INFINITY, seconds: month },
    { given: digits, seconds: month },
  ])("of $given is $seconds whole seconds", ({ given, seconds }) => {
    expect(vendorWait(given)).toBe(seconds);
  });

  const noWaits = [0, -1, Number.NaN, "0", "-5", "+5", "1.5", "1e3", "0x10", "soon", "", " "];
  test.each([...noWaits, undefined, null, true, [5], {}])("of %j is absent", (given) => {
    expect(vendorWait(given)).toBeUndefined();
  });

  test("is absent or a whole number of seconds within a month, for any value", () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.integer(), fc.string(), fc.anything()), (given) => {
        const wait = vendorWait(given);

        expect(wait === undefined || (Number.isInteger(wait) && wait >= 1 && wait <= month)).toBe(
          true,
        );
      }),
    );
  });
});

describe("a Retry-After header", () => {
  test.each([
    { header: null, seconds: undefined },
    { header: "30", seconds: 30 },
    { header: "0", seconds: undefined },
    { header: "-30", seconds: undefined },
    { header: "1.5", seconds: undefined },
    { header: "soon", seconds: undefined },
    { header: digits, seconds: month },
    { header: "Fri, 02 Jan 2026 03:05:05 GMT", seconds: 60 },
    { header: "Fri, 02 Jan 2026 03:04:05 GMT", seconds: undefined },
    { header: "Thu, 01 Jan 2026 00:00:00 GMT", seconds: undefined },
    { header: "Fri, 99 Foo 2026 03:05:05 GMT", seconds: undefined },
    { header: "Sat, 02 Jan 2049 03:05:05 GMT", seconds: month },
    { header: "2026-01-02T04:04:05Z", seconds: undefined },
  ])("'$header' asks for $seconds s", ({ header, seconds }) => {
    expect(waitOfHeader(header, nowMillis)).toBe(seconds);
  });
});

const amocrmHeader = (value: unknown) =>
  amocrmFailureOf(
    { status: 429, text: "", headers: new Headers({ "Retry-After": String(value) }) },
    nowMillis,
  );
const amocrmBody = (value: unknown) =>
  amocrmFailureOf(
    { status: 429, text: JSON.stringify({ retry_after: value }), headers: new Headers() },
    nowMillis,
  );
const telegram = (value: unknown) => {
  const parameters = { retry_after: value as number };
  const error = { ok: false, error_code: 429, description: "Too Many Requests", parameters };
  return telegramFailureOf(new GrammyError("refused", error as never, "sendMessage", {}));
};

describe.each([
  { vendor: "amoCRM, in its header", failureWith: amocrmHeader },
  { vendor: "amoCRM, in its body", failureWith: amocrmBody },
  { vendor: "Telegram", failureWith: telegram },
])("a 429 of $vendor", ({ failureWith }) => {
  test.each([
    { given: 17, seconds: 17 },
    { given: "17", seconds: 17 },
    { given: 999_999_999, seconds: month },
    { given: digits, seconds: month },
    { given: 0, seconds: 5 },
    { given: -1, seconds: 5 },
    { given: "soon", seconds: 5 },
  ])("of $given waits $seconds s, and counts no attempt", ({ given, seconds }) => {
    const failure = failureWith(given);

    expect(failure).toMatchObject({
      name: "TransientFailure",
      isLimit: true,
      ambiguous: false,
      retryAfterSeconds: seconds,
    });
    const age = { acceptedAtMillis: nowMillis, nowMillis, receiveCount: 1, random: 0.5 };
    const decision = decideRetry(failure as TransientFailure, {
      ...age,
      direction: "to-amocrm",
      attempts: 3,
    });
    expect("attempts" in decision ? decision.attempts : 3).toBe(3);
  });
});

test("a fraction in a body is rounded up", () => {
  expect([amocrmBody(1.5), telegram(1.5)]).toMatchObject([
    { retryAfterSeconds: 2 },
    { retryAfterSeconds: 2 },
  ]);
});
