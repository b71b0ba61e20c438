import { createHash, createHmac } from "node:crypto";
import { afterEach, describe, expect, test } from "@jest/globals";
import { anAwsClient, closePeers, environment, ok } from "../support/aws-client.ts";
import type { PeerAnswer, PeerRequest } from "../support/aws-peer.ts";

afterEach(closePeers);

const refusedAs = (status: number, type: string): PeerAnswer => ({
  status,
  body: { __type: type },
});

/** The signature that AWS computes from the received request, written from its documentation. */
const expectedSignature = ({ headers, path, body }: PeerRequest, secret: string) => {
  const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? "")?.[1] ?? "";
  const scope = /Credential=[^/]+\/([^,]+)/.exec(headers.authorization ?? "")?.[1] ?? "";
  const lines = names.split(";").map((name) => `${name}:${String(headers[name])}\n`);
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  const canonical = ["POST", path, "", lines.join(""), names, hash(body)].join("\n");
  const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, hash(canonical)].join("\n");
  const key = scope
    .split("/")
    .reduce<Buffer | string>(
      (parent, part) => createHmac("sha256", parent).update(part).digest(),
      `AWS4${secret}`,
    );
  return createHmac("sha256", key).update(text).digest("hex");
};

describe("a call of the small client", () => {
  test("is one signed POST in the service's JSON protocol, and returns the answer", async () => {
    const { peer, call } = await anAwsClient([ok], { path: "/base" });

    expect(await call()).toEqual({ done: true });
    expect(peer.requests).toHaveLength(1);
    expect(peer.requests[0]).toMatchObject({
      path: "/base",
      body: '{"a":1}',
      headers: {
        host: peer.origin.replace("http://", ""),
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "AmazonSQS.Ask",
        "x-amz-date": expect.stringMatching(/^\d{8}T\d{6}Z$/),
        authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=first-key\/\d{8}\/eu-central-1\/sqs\/aws4_request, SignedHeaders=content-type;host;/,
        ),
      },
    });
  });

  test("has the signature that AWS computes from the received request", async () => {
    const variables = { ...environment, AWS_SESSION_TOKEN: "token" };
    const { peer, call } = await anAwsClient([ok], { variables, path: "/base" });
    await call();

    const [request] = peer.requests;
    const signature = /Signature=(\w+)$/.exec(request?.headers.authorization ?? "")?.[1];
    expect(request?.headers.authorization).toMatch(/SignedHeaders=\S*;host;\S*x-amz-target/);
    expect(signature).toBe(request && expectedSignature(request, "secret"));
  });

  test("uses the current credentials, including the session token", async () => {
    const variables = { ...environment };
    const { peer, call } = await anAwsClient([ok], { variables });
    await call();
    Object.assign(variables, { AWS_ACCESS_KEY_ID: "second-key", AWS_SESSION_TOKEN: "token" });
    await call();

    const [first, second] = peer.requests.map(({ headers }) => headers);
    expect(first).not.toHaveProperty("x-amz-security-token");
    expect(second?.authorization).toContain("Credential=second-key/");
    expect(second?.authorization).toContain("x-amz-security-token");
    expect(second?.["x-amz-security-token"]).toBe("token");
  });

  test.each([
    { name: "in the body", answer: refusedAs(400, "com.amazonaws.sqs#QueueDoesNotExist") },
    {
      name: "in the header",
      answer: {
        status: 400,
        headers: { "x-amzn-errortype": "QueueDoesNotExist:http://e.example/" },
      },
    },
  ])("that is refused rejects with the code $name, and is not retried", async ({ answer }) => {
    const { peer, call } = await anAwsClient([answer]);

    await expect(call()).rejects.toMatchObject({ name: "QueueDoesNotExist", httpStatusCode: 400 });
    expect(peer.requests).toHaveLength(1);
  });
});

describe("a transient failure is retried", () => {
  const passing: readonly { name: string; answer: PeerAnswer }[] = [
    { name: "a reset connection", answer: "reset" },
    { name: "a server's error", answer: refusedAs(500, "InternalFailure") },
    { name: "an overloaded service", answer: { status: 503 } },
    { name: "too many requests", answer: { status: 429 } },
    { name: "throttling", answer: refusedAs(400, "RequestThrottled") },
  ];

  test.each(passing)("$name", async ({ answer }) => {
    const { peer, call } = await anAwsClient([answer, ok]);

    expect(await call()).toEqual({ done: true });
    expect(peer.requests).toHaveLength(2);
  });

  test("a timeout, on a new connection, within the time of the call", async () => {
    const { peer, call } = await anAwsClient(["silence", ok]);

    expect(await call(600)).toEqual({ done: true });
    expect(peer.requests.map(({ connection }) => connection)).toEqual([1, 2]);
  });

  test.each(passing)("$name, with the allowed number of retries", async ({ answer }) => {
    const { peer, call } = await anAwsClient([answer], { maxAttempts: 1 });

    await expect(call()).rejects.toThrow(/answered with \d+|ECONNRESET|hang up/);
    expect(peer.requests).toHaveLength(1);
  });

  test("but not beyond the time of the call", async () => {
    const { peer, call } = await anAwsClient(["silence"], { maxAttempts: 1 });

    await expect(call(50)).rejects.toMatchObject({ name: "TimeoutError" });
    expect(peer.requests).toHaveLength(1);
  });
});

describe("the clock of the small client", () => {
  const hourMillis = 3_600_000;
  const anHourAhead = () => new Date(Date.now() + hourMillis).toUTCString();
  const signedAtMillis = (headers: Readonly<Record<string, unknown>> = {}) =>
    Date.parse(
      String(headers["x-amz-date"]).replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"),
    );

  test("is corrected by the service's clock, and the refused call is signed again", async () => {
    const body = { __type: "SignatureDoesNotMatch" };
    const wrong = { status: 403, body, headers: { date: anHourAhead() } };
    const { peer, call } = await anAwsClient([wrong, ok]);

    expect(await call()).toEqual({ done: true });
    const [before, after] = peer.requests.map(({ headers }) => signedAtMillis(headers));
    expect(Math.abs((after ?? 0) - (before ?? 0) - hourMillis)).toBeLessThan(60_000);
  });

  test("stays corrected for a call that is made once only", async () => {
    const wrong = { status: 403, headers: { date: anHourAhead() } };
    const { peer, call } = await anAwsClient([wrong, ok], { maxAttempts: 1 });
    await expect(call()).rejects.toThrow("answered with 403");
    await call();

    const [before, after] = peer.requests.map(({ headers }) => signedAtMillis(headers));
    expect((after ?? 0) - (before ?? 0)).toBeGreaterThan(hourMillis / 2);
  });

  test("does not retry a plain refusal", async () => {
    const { peer, call } = await anAwsClient([refusedAs(403, "AccessDeniedException")]);

    await expect(call()).rejects.toMatchObject({ name: "AccessDeniedException" });
    expect(peer.requests).toHaveLength(1);
  });
});
