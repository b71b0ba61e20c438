import type { Context } from "aws-lambda";
import { afterEach, describe, expect, test } from "@jest/globals";
import { composeDeliverySender } from "../../lambdas/compose/sender.ts";
import type { DeliverySenderVariables } from "../../lambdas/compose/environment.ts";
import { startAwsPeer } from "../support/aws-peer.ts";
import type { PeerAnswer } from "../support/aws-peer.ts";

const open: { close(): Promise<void> }[] = [];
const borrowed = ["AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
const before = borrowed.map((name) => [name, process.env[name]] as const);
afterEach(async () => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await Promise.all(open.splice(0).map((peer) => peer.close()));
});

const stored = { current: "s3cret", channelId: "c", scopeId: "scope_a", token: "700:key" };
const secretAnswer: PeerAnswer = { status: 200, body: { SecretString: JSON.stringify(stored) } };

const composeOver = async (answer: PeerAnswer) => {
  const peer = await startAwsPeer(answer);
  open.push(peer);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: peer.origin,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "k",
    AWS_SECRET_ACCESS_KEY: "s",
  });
  const sender = await composeDeliverySender({
    TELEGRAM_BOT_ID: "700",
    TELEGRAM_BOT_TOKEN_SECRET_ID: "telegram-bot",
    TELEGRAM_API_ROOT: "http://127.0.0.1:1",
    AMOCRM_CHANNEL_SECRET_ID: "amocrm-channel",
    AMOCRM_API_TOKEN_SECRET_ID: "amocrm-api",
    DEEP_LINK_KEY_SECRET_ID: "deep-link",
    AMOJO_ORIGIN: "http://127.0.0.1:1",
    AMOCRM_ORIGIN: "http://127.0.0.1:1",
    CONTACT_FIELDS: "{}",
    LEADS: "",
    AMOCRM_BOT_ID: "",
    AMOCRM_BOT_NAME: "",
    OPERATOR_LANGUAGE: "en",
    TEXTS: "{}",
    HAND_OFF: "always",
    ASK_PHONE: "never",
    WORKING_HOURS: "",
    UNANSWERED: "",
    CLOSE_TALKS: "",
    POWERTOOLS_METRICS_NAMESPACE: "bridge",
    REASSURE_CUSTOMERS: "no",
    TO_AMOCRM_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/1/to-amocrm.fifo",
    TO_TELEGRAM_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/1/to-telegram.fifo",
    CONVERSATIONS_TABLE: "conversations",
    DELIVERIES_TABLE: "deliveries",
    BODIES_BUCKET: "bodies",
    MEDIA_BUCKET: "media",
    MEDIA_BASE_URL: "https://media.example",
    MEDIA_ALLOWED_HOSTS: "media.example",
    TO_TELEGRAM_CONCURRENCY: "5",
    LEASE_SECONDS: "95",
  } satisfies DeliverySenderVariables);
  return { peer, sender };
};

describe("the sender's sandbox", () => {
  test("has read both secrets that every message needs, and called the table, when it is ready", async () => {
    const { peer } = await composeOver(secretAnswer);

    const asked = peer.requests.map(({ headers, body }) => [headers["x-amz-target"], body]);
    expect(asked).toEqual(
      expect.arrayContaining([
        ["secretsmanager.GetSecretValue", expect.stringContaining("amocrm-channel")],
        ["secretsmanager.GetSecretValue", expect.stringContaining("telegram-bot")],
        ["DynamoDB_20120810.GetItem", expect.stringContaining("pause:to-amocrm")],
      ]),
    );
    expect(asked).toHaveLength(3);
  });

  test.each([
    { name: "there is no answer", answer: "silence" as const },
    { name: "connections are reset", answer: "reset" as const },
    { name: "every request is refused", answer: { status: 400, body: { __type: "Refused" } } },
  ])("is ready when $name", async ({ answer }) => {
    const { sender } = await composeOver(answer);

    expect(sender).toBeInstanceOf(Function);
  });
});

test("loses some retries, not the whole invocation, when a table never answers", async () => {
  const { peer, sender } = await composeOver("silence");
  const before = asksOfTable(peer.requests).length;
  const record = {
    messageId: "m-1",
    receiptHandle: "r-1",
    body: "{}",
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: String(Date.now()),
      SenderId: "s",
      ApproximateFirstReceiveTimestamp: String(Date.now()),
      MessageGroupId: "unidentified",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-central-1:1:to-telegram.fifo",
    awsRegion: "eu-central-1",
  };
  const context = { awsRequestId: "request-1", getRemainingTimeInMillis: () => 90_000 };

  const answer = await sender({ Records: [record] }, context as unknown as Context);

  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "m-1" }] });
  expect(asksOfTable(peer.requests).length - before).toBeGreaterThan(1);
});

function asksOfTable(requests: Awaited<ReturnType<typeof startAwsPeer>>["requests"]) {
  return requests.filter(({ headers }) =>
    String(headers["x-amz-target"]).startsWith("DynamoDB_20120810."),
  );
}
