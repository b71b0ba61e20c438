import { describe, expect, test } from "@jest/globals";
import { AwsFailure, retryWaitMillis } from "../../../lambdas/ingest/aws/json-client.ts";

const answered = (code: string, httpStatusCode = 400, isSkewCorrected = false) =>
  new AwsFailure(code, { httpStatusCode, isSkewCorrected });
const broken = (code: string) => Object.assign(new Error("broken"), { code });

/** The failures that the SDK retries, as @smithy/core 3.41 lists them. */
const throttling = [
  "BandwidthLimitExceeded",
  "EC2ThrottledException",
  "LimitExceededException",
  "PriorRequestNotComplete",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
  "TransactionInProgressException",
];
const network = [
  "ECONNRESET",
  "ECONNREFUSED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
];

describe("another attempt is made", () => {
  test.each(throttling)("after %s, with a long wait", (code) => {
    expect(retryWaitMillis(answered(code), 1, 0.5)).toBe(500);
  });

  test.each(["RequestTimeout", "RequestTimeoutException"])(
    "after %s, with a short wait",
    (code) => {
      expect(retryWaitMillis(answered(code), 1, 0.5)).toBe(25);
    },
  );

  test.each([500, 502, 503, 504])("after an answer with %i, with a short wait", (status) => {
    expect(retryWaitMillis(answered("Any", status), 1, 0.5)).toBe(25);
  });

  test.each(network)("after %s of the network, with a short wait", (code) => {
    expect(retryWaitMillis(broken(code), 1, 0.5)).toBe(25);
  });

  test("after a request that was signed for a wrong time", () => {
    expect(retryWaitMillis(answered("SignatureDoesNotMatch", 403, true), 1, 0.5)).toBe(25);
  });

  test("with twice the wait after each attempt", () => {
    const waits = [1, 2, 3].map((attempt) => retryWaitMillis(answered("Any", 500), attempt, 1));

    expect(waits).toEqual([50, 100, 200]);
  });
});

describe("no other attempt is made", () => {
  test.each(["QueueDoesNotExist", "AccessDeniedException", "SignatureDoesNotMatch"])(
    "after %s",
    (code) => {
      expect(retryWaitMillis(answered(code, 403), 1, 0.5)).toBeUndefined();
    },
  );

  test.each([new SyntaxError("no JSON"), "thrown text"])("after %p", (error) => {
    expect(retryWaitMillis(error, 1, 0.5)).toBeUndefined();
  });
});
