import { expect, test } from "@jest/globals";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { RequestSigner, Sha256 } from "../../../lambdas/ingest/aws/request-signer.ts";

const request = fc.record({
  service: fc.constantFrom("sqs", "dynamodb", "secretsmanager", "s3"),
  method: fc.constantFrom("POST", "PUT"),
  path: fc.webPath().map((path) => path || "/"),
  body: fc.oneof(fc.string(), fc.uint8Array()),
  token: fc.constantFrom(undefined, "session/token+of=a role"),
  target: fc.constantFrom("AmazonSQS.SendMessage", "  two   blanks "),
  date: fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }),
});

test("a request is signed like by the SDK's own signer", async () => {
  await fc.assert(
    fc.asyncProperty(request, async ({ service, method, path, body, token, target, date }) => {
      const environment = {
        AWS_REGION: "eu-central-1",
        AWS_ACCESS_KEY_ID: "AKID",
        AWS_SECRET_ACCESS_KEY: "key of a test",
        AWS_SESSION_TOKEN: token,
      };
      const uriEscapePath = service !== "s3";
      const [protocol, hostname] = ["https:", `${service}.eu-central-1.amazonaws.com`];
      const headers = { host: hostname, "x-amz-target": target };
      const theirs = new SignatureV4({
        service,
        region: "eu-central-1",
        credentials: {
          accessKeyId: "AKID",
          secretAccessKey: "key of a test",
          ...(token === undefined ? {} : { sessionToken: token }),
        },
        sha256: Sha256,
        uriEscapePath,
      });
      const ours = new RequestSigner(service, environment, { uriEscapePath });

      const signed = await theirs.sign(
        { method, protocol, hostname, path, query: {}, headers, body },
        { signingDate: date },
      );

      expect(await ours.sign({ method, protocol, hostname, path, headers, body }, date)).toEqual(
        signed.headers,
      );
    }),
  );
});
