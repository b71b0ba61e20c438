import { afterAll, afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import type { Context } from "aws-lambda";
import { startAwsPeer } from "../support/aws-peer.ts";
import { anHttpEvent } from "../support/lambda-events.ts";

// The webhooks use the clock of their load time.
const realNow = Date.now;
let aheadMillis = 0;
Date.now = () => realNow() + aheadMillis;
const { composeTelegramWebhook } = await import("../../lambdas/compose/ingest.ts");

const open: { close(): Promise<void> }[] = [];
beforeEach(() => {
  jest.spyOn(console, "error").mockReturnValue();
  jest.spyOn(console, "warn").mockReturnValue();
});
afterEach(async () => {
  jest.restoreAllMocks();
  aheadMillis = 0;
  await Promise.all(open.splice(0).map((peer) => peer.close()));
});
afterAll(() => {
  Date.now = realNow;
});

test.each([
  { name: "with an earlier value", more: { previous: "earlier" } },
  { name: "without one", more: {} },
])("a webhook trusts its secret for five minutes, $name", async ({ more }) => {
  const SecretString = JSON.stringify({ current: "s3cret", ...more });
  const peer = await startAwsPeer({ status: 200, body: { SecretString } });
  open.push(peer);
  const webhook = await composeTelegramWebhook({
    AWS_ENDPOINT_URL: peer.origin,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "k",
    AWS_SECRET_ACCESS_KEY: "s",
    TELEGRAM_BOT_ID: "700",
    TELEGRAM_WEBHOOK_SECRET_ID: "webhook",
    TO_AMOCRM_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/1/q.fifo",
    BODIES_BUCKET: "bodies",
  });
  const updateAfter = async (millis: number) => {
    aheadMillis = millis;
    const headers = { "x-telegram-bot-api-secret-token": "s3cret" };
    await webhook(anHttpEvent({ body: '{"update_id":1}', headers }), {} as Context);
    const readings = peer.requests.filter(
      ({ headers: sent }) => sent["x-amz-target"] === "secretsmanager.GetSecretValue",
    );
    return readings.length;
  };

  expect(await updateAfter(5 * 60_000 - 5000)).toBe(1);
  expect(await updateAfter(5 * 60_000 + 5000)).toBe(2);
});
