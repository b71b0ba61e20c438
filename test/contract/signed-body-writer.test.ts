import { createHash, createHmac } from "node:crypto";
import { afterEach, describe, expect, test } from "@jest/globals";
import { bucketUrlOf, signedBodyWriter } from "../../lambdas/ingest/aws/body-writer.ts";
import { startAwsPeer } from "../support/aws-peer.ts";
import type { PeerAnswer } from "../support/aws-peer.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((peer) => peer.close()));
});

const environment = {
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_SESSION_TOKEN: "session",
};
const object = { key: "bodies/ab12", bytes: Buffer.from("compressed words") };
const aWriter = async (...answers: readonly [PeerAnswer, ...PeerAnswer[]]) => {
  const peer = await startAwsPeer(...answers);
  open.push(peer);
  return { peer, writer: signedBodyWriter(`${peer.origin}/bucket`, environment) };
};
const hmac = (key: string | Buffer, text: string) =>
  createHmac("sha256", key).update(text).digest();
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

describe("putting an object through the small client", () => {
  test("has the S3 signature that AWS documents, with the digest of the object", async () => {
    const { peer, writer } = await aWriter({ status: 200 });

    await writer.put(object, { timeoutMillis: 1000 });

    const [request] = peer.requests;
    const headers = (request?.headers ?? {}) as Record<string, string>;
    expect(request).toMatchObject({ path: "/bucket/bodies/ab12", body: "compressed words" });
    expect(headers["x-amz-content-sha256"]).toBe(sha256("compressed words"));
    const [, names = "", signature] =
      /SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(headers["authorization"] ?? "") ?? [];
    // https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
    const signed = names.split(";").map((name) => `${name}:${headers[name] ?? ""}\n`);
    const canonical = [
      "PUT",
      "/bucket/bodies/ab12",
      "",
      signed.join(""),
      names,
      headers["x-amz-content-sha256"],
    ].join("\n");
    const date = headers["x-amz-date"] ?? "";
    const scope = `${date.slice(0, 8)}/eu-central-1/s3/aws4_request`;
    const toSign = ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n");
    const key = scope.split("/").reduce<string | Buffer>(hmac, "AWS4secret") as Buffer;
    expect(signature).toBe(hmac(key, toSign).toString("hex"));
    expect(names.split(";")).toEqual(
      expect.arrayContaining(["host", "x-amz-content-sha256", "x-amz-security-token"]),
    );
  });

  test.each<{ what: string; answer: PeerAnswer; name: string }>([
    { what: "a refusal", answer: { status: 503 }, name: "UnknownError" },
    { what: "a broken connection", answer: "reset", name: "Error" },
    { what: "no answer", answer: "silence", name: "TimeoutError" },
  ])("is not retried after $what", async ({ answer, name }) => {
    const { peer, writer } = await aWriter(answer, { status: 200 });

    await expect(writer.put(object, { timeoutMillis: 200 })).rejects.toMatchObject({ name });
    expect(peer.requests).toHaveLength(1);
  });
});

describe("the address of a bucket", () => {
  const queueUrl = "https://sqs.eu-central-1.amazonaws.com/1/q.fifo";
  const inChina = "https://sqs.cn-north-1.amazonaws.com.cn/1/q.fifo";

  test.each([
    { given: {}, queueUrl, is: "https://b-1.s3.eu-central-1.amazonaws.com" },
    { given: {}, queueUrl: inChina, is: "https://b-1.s3.cn-north-1.amazonaws.com.cn" },
    { given: { AWS_ENDPOINT_URL: "http://127.0.0.1:1/" }, queueUrl, is: "http://127.0.0.1:1/b-1" },
    {
      given: { AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_ENDPOINT_URL_S3: "http://127.0.0.1:2" },
      queueUrl,
      is: "http://127.0.0.1:2/b-1",
    },
  ])("is $is", (row) => {
    expect(bucketUrlOf("b-1", row.given, row.queueUrl)).toBe(row.is);
  });
});
