import { afterEach, describe, expect, test } from "@jest/globals";
import { AwsJsonClient } from "../../lambdas/ingest/aws/json-client.ts";
import {
  jsonEventQueue,
  sqs,
  jsonSecret,
  secretsManager,
} from "../../lambdas/ingest/aws/stores.ts";
import { webhookCredentialsOf } from "../../lambdas/ingest/credentials.ts";
import { startAwsPeer } from "../support/aws-peer.ts";
import type { PeerAnswer } from "../support/aws-peer.ts";
import { anEnvelope } from "../support/events.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((peer) => peer.close()));
});

const environment = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "k", AWS_SECRET_ACCESS_KEY: "s" };

const aSecret = async (...answers: readonly [PeerAnswer, ...PeerAnswer[]]) => {
  const peer = await startAwsPeer(...answers);
  open.push(peer);
  const service = secretsManager;
  return {
    peer,
    secret: jsonSecret({
      client: new AwsJsonClient({ service, origin: peer.origin, environment, maxAttempts: 1 }),
      secretId: "channel",
      parse: webhookCredentialsOf,
      now: () => 0,
      timeoutMillis: 1000,
      maxAgeMillis: 60_000,
    }),
  };
};
const stored = (SecretString: string): PeerAnswer => ({ status: 200, body: { SecretString } });

describe("a secret through the small client", () => {
  test("is requested by its id, once", async () => {
    const { peer, secret } = await aSecret(stored('{"current":"one","more":1}'));

    expect([await secret.read(), await secret.read()]).toEqual([
      { current: "one" },
      { current: "one" },
    ]);
    expect(peer.requests).toMatchObject([
      {
        body: '{"SecretId":"channel"}',
        headers: {
          "x-amz-target": "secretsmanager.GetSecretValue",
          "content-type": "application/x-amz-json-1.1",
        },
      },
    ]);
  });

  test("that is refused has the code in its error", async () => {
    const { secret } = await aSecret({
      status: 400,
      body: { __type: "ResourceNotFoundException" },
    });

    await expect(secret.read()).rejects.toThrow(
      "the secret store did not answer: ResourceNotFoundException",
    );
  });

  test.each([
    { text: '{"current":""}', message: "a secret is not set: current: not set yet" },
    { text: "canary", message: "a secret is not JSON" },
  ])("that holds $text is not usable", async ({ text, message }) => {
    const { secret } = await aSecret(stored(text));

    await expect(secret.read()).rejects.toThrow(message);
  });
});

describe("an event through the small client", () => {
  test("is not accepted when the queue received other bytes", async () => {
    const peer = await startAwsPeer({ status: 200, body: { MD5OfMessageBody: "0".repeat(32) } });
    open.push(peer);
    const { origin } = peer;
    const client = new AwsJsonClient({ service: sqs, origin, environment, maxAttempts: 1 });

    const put = jsonEventQueue(client, "https://sqs.example/1/q.fifo").put(anEnvelope());

    await expect(put).rejects.toMatchObject({ name: "InvalidChecksumError" });
  });
});
