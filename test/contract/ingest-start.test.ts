import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { Context } from "aws-lambda";
import { composeAmocrmWebhook, composeTelegramWebhook } from "../../lambdas/compose/ingest.ts";
import { startAwsPeer } from "../support/aws-peer.ts";
import type { PeerAnswer } from "../support/aws-peer.ts";
import { anHttpEvent } from "../support/lambda-events.ts";

beforeEach(() => {
  for (const level of ["info", "warn", "error"] as const) {
    jest.spyOn(console, level).mockReturnValue();
  }
});
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(open.splice(0).map((peer) => peer.close()));
});

const stored = { current: "s3cret", channelId: "c", scopeId: "scope_a" };
const secretAnswer: PeerAnswer = { status: 200, body: { SecretString: JSON.stringify(stored) } };
const queueUrl = "https://sqs.eu-central-1.amazonaws.com/1/q.fifo";

const variables = async (
  ...answers: readonly [PeerAnswer, ...PeerAnswer[]]
): Promise<{ peer: Awaited<ReturnType<typeof startAwsPeer>>; given: Record<string, string> }> => {
  const peer = await startAwsPeer(...answers);
  open.push(peer);
  const given = {
    AWS_ENDPOINT_URL: peer.origin,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "k",
    AWS_SECRET_ACCESS_KEY: "s",
    AMOCRM_CHANNEL_SECRET_ID: "channel",
    TO_TELEGRAM_QUEUE_URL: queueUrl,
    DELIVERIES_TABLE: "deliveries",
    BODIES_BUCKET: "bodies",
    TELEGRAM_BOT_ID: "700",
    TELEGRAM_WEBHOOK_SECRET_ID: "webhook",
    TO_AMOCRM_QUEUE_URL: queueUrl,
  };
  return { peer, given };
};
const aHook = () => {
  const body = '{"message":{"message":{"id":"m1"}}}';
  const signature = createHmac("sha1", stored.current).update(body).digest("hex");
  return anHttpEvent({ body, headers: { "x-signature": signature }, scopeId: stored.scopeId });
};
const operationsOf = (requests: readonly { headers: Record<string, unknown> }[]) =>
  requests.map(({ headers }) => headers["x-amz-target"]);

describe("a webhook's sandbox", () => {
  test("has read the secret and opened the connection to the queue when it is ready", async () => {
    const { peer, given } = await variables(secretAnswer);

    await composeAmocrmWebhook(given);

    expect(operationsOf(peer.requests)).toEqual(["secretsmanager.GetSecretValue"]);
    expect(peer.connections()).toBe(2);
  });

  test.each([
    { name: "there is no answer", answer: "silence" as const },
    { name: "connections are reset", answer: "reset" as const },
    { name: "the secret is unavailable", answer: { status: 500 } },
  ])("is ready when $name", async ({ answer }) => {
    const { given } = await variables(answer);

    expect(await composeAmocrmWebhook(given)).toBeInstanceOf(Function);
    expect(await composeTelegramWebhook(given)).toBeInstanceOf(Function);
  });

  test("reads the secret again at the first hook when it was unavailable before", async () => {
    const { peer, given } = await variables({ status: 500 }, secretAnswer, { status: 500 });
    const webhook = await composeAmocrmWebhook(given);

    await webhook(aHook(), {} as Context);

    expect(operationsOf(peer.requests).slice(0, 3)).toEqual([
      "secretsmanager.GetSecretValue",
      "secretsmanager.GetSecretValue",
      "AmazonSQS.SendMessage",
    ]);
  });

  test("sends a hook three times to the queue, then once to the spool", async () => {
    const { peer, given } = await variables(secretAnswer, { status: 500 });
    const webhook = await composeAmocrmWebhook(given);

    const answer = await webhook(aHook(), {} as Context);

    expect(answer).toMatchObject({ statusCode: 500 });
    expect(operationsOf(peer.requests)).toEqual([
      "secretsmanager.GetSecretValue",
      "AmazonSQS.SendMessage",
      "AmazonSQS.SendMessage",
      "AmazonSQS.SendMessage",
      "DynamoDB_20120810.PutItem",
      "DynamoDB_20120810.PutItem",
    ]);
    expect(peer.requests.map(({ body }) => body).at(-1)).toContain("spool:wide-reconcile");
  });
});

describe("forged webhooks cause no call", () => {
  const emptied = JSON.stringify({ channelId: "", scopeId: "", current: "", unset: "random" });
  const unset: PeerAnswer = { status: 200, body: { SecretString: emptied } };
  const forgedHook = (signature: string) =>
    anHttpEvent({ body: "{}", headers: { "x-signature": signature }, scopeId: "any-scope" });
  const forgedUpdate = (token: string) =>
    anHttpEvent({ body: "{}", headers: { "x-telegram-bot-api-secret-token": token } });

  test.each([
    { name: "the secrets are not set", answer: unset, hooks: 404, updates: 503 },
    { name: "both are known", answer: secretAnswer, hooks: 404, updates: 401 },
  ])("while $name", async ({ answer, hooks, updates }) => {
    const { peer, given } = await variables(answer);
    const amocrm = await composeAmocrmWebhook(given);
    const telegram = await composeTelegramWebhook(given);
    const atStart = peer.requests.length;

    for (let call = 0; call < 50; call += 1) {
      const answers = [
        await amocrm(forgedHook("f".repeat(40)), {} as Context),
        await amocrm(forgedHook("malformed"), {} as Context),
        await telegram(forgedUpdate("forged"), {} as Context),
        await telegram(forgedUpdate("no token"), {} as Context),
      ];
      expect(answers).toMatchObject(
        [hooks, 401, updates, 401].map((statusCode) => ({ statusCode })),
      );
    }

    expect(atStart).toBe(2);
    expect(peer.requests).toHaveLength(atStart);
  });
});
