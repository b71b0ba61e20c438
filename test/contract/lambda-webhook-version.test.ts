import type { LambdaClient } from "@aws-sdk/client-lambda";
import { describe, expect, test } from "@jest/globals";
import { lambdaWebhookVersion } from "../../lambdas/aws/rollout.ts";

const versionArn = "arn:aws:lambda:eu-central-1:111122223333:function:webhook:7";
const request = { path: "/telegram", pathParameters: {}, headers: { token: "t" }, body: "{}" };

/** A version with that answer from Lambda, and the request to Lambda. */
function aVersion(answer: { FunctionError?: string; Payload?: Uint8Array }) {
  const asked: { FunctionName?: string; Payload?: Uint8Array }[] = [];
  const client = {
    async send({ input }: { input: (typeof asked)[number] }) {
      asked.push(input);
      return answer;
    },
  } as unknown as LambdaClient;
  return { asked, version: lambdaWebhookVersion(client, versionArn, { timeoutMillis: 1000 }) };
}
const payload = (value: unknown) => ({ Payload: Buffer.from(JSON.stringify(value)) });

describe("a version of a webhook", () => {
  test("is called by its own ARN with an event as from API Gateway", async () => {
    const { version, asked } = aVersion(payload({ statusCode: 200, body: "" }));

    expect(await version.answer(request)).toBe(200);
    expect(asked[0]?.FunctionName).toBe(versionArn);
    expect(JSON.parse(Buffer.from(asked[0]?.Payload ?? "").toString())).toMatchObject({
      version: "2.0",
      rawPath: "/telegram",
      headers: { token: "t" },
      body: "{}",
      isBase64Encoded: false,
    });
  });

  test.each([
    {
      trouble: "it crashed",
      answer: { FunctionError: "Unhandled", ...payload({}) },
      says: "the version ended with an error of its own",
    },
    { trouble: "its answer has no status", answer: payload({ a: 1 }), says: "statusCode" },
    { trouble: "its answer is empty", answer: {}, says: "Unexpected end of JSON" },
  ])("has a failed check when $trouble", async ({ answer, says }) => {
    await expect(aVersion(answer).version.answer(request)).rejects.toThrow(says);
  });
});
