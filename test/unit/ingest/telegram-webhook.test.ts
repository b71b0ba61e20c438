import { describe, expect, test } from "@jest/globals";
import { createTelegramWebhook } from "../../../lambdas/ingest/telegram-webhook.ts";
import { envelope } from "../../../lambdas/model/envelope.ts";
import { answerOf } from "../../support/answers.ts";
import { aTelegramUpdate } from "../../support/bodies.ts";
import { botId } from "../../support/events.ts";
import { aFakeQueue } from "../../support/fake-queue.ts";
import { aFakeSecret } from "../../support/fake-secret.ts";
import { anHttpEvent } from "../../support/lambda-events.ts";
import { aPacking, textIn } from "../../support/packing.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

type Credentials = { readonly current: string; readonly previous?: string };

const body = JSON.stringify(aTelegramUpdate({ text: "Привет 😀" }));
const aWebhook = ({
  secret = aFakeSecret<Credentials>({ current: "token" }),
  toAmocrm = aFakeQueue(),
} = {}) => {
  const logger = aRecordingLogger();
  const now = () => 1_700_000_000_000;
  const webhook = createTelegramWebhook({ botId, secret, toAmocrm, ...aPacking(), now, logger });
  return {
    toAmocrm,
    logger,
    secret,
    post: (event: Parameters<typeof anHttpEvent>[0] = {}, token = "token") =>
      answerOf(
        webhook,
        anHttpEvent({ body, headers: { "x-telegram-bot-api-secret-token": token }, ...event }),
      ),
  };
};

describe("the Telegram webhook", () => {
  test("answers 200 once the update is in the queue, byte for byte", async () => {
    const { post, toAmocrm } = aWebhook();

    const { statusCode } = await post();

    expect(statusCode).toBe(200);
    expect(toAmocrm.envelopes).toEqual([
      {
        v: 1,
        id: "tg:700:1",
        group: "tg-700-42",
        source: "telegram",
        receivedAtMillis: 1_700_000_000_000,
        verified: true,
        body: Buffer.from(body).toString("base64"),
      },
    ]);
    expect(envelope.safeParse(toAmocrm.envelopes[0]).success).toBe(true);
  });

  test("accepts a base64 body as the same body", async () => {
    const { post, toAmocrm } = aWebhook();

    await post({ body, base64: true });

    expect(textIn(toAmocrm.envelopes[0])).toBe(body);
  });

  test("accepts an authentic body that it cannot decode", async () => {
    const { post, toAmocrm } = aWebhook();

    const answers = [await post({ body: "" }), await post({ body: "<html>" })];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    expect(toAmocrm.envelopes.map(({ group }) => group)).toEqual(["unidentified", "unidentified"]);
  });

  test("acknowledges a button press with its answer, once the press is in the queue", async () => {
    const press = { update_id: 1, callback_query: { id: "77", from: { id: 42 }, data: "t:Yes" } };
    const { post, toAmocrm } = aWebhook();

    const response = await post({ body: JSON.stringify(press) });

    expect(toAmocrm.envelopes).toHaveLength(1);
    expect(response.statusCode).toBe(200);
    expect(JSON.parse(response.body ?? "")).toEqual({
      method: "answerCallbackQuery",
      callback_query_id: "77",
    });
  });

  test.each([
    { name: "without an id", update: { update_id: 1, callback_query: {} } },
    { name: "in a customer's text", update: aTelegramUpdate({ text: '"callback_query"' }) },
  ])("answers a callback query $name with a plain 200", async ({ update }) => {
    expect(await aWebhook().post({ body: JSON.stringify(update) })).toMatchObject({
      statusCode: 200,
      body: "",
    });
  });

  test("does not acknowledge a press that the queue refuses", async () => {
    const press = { update_id: 1, callback_query: { id: "77" } };
    const { post } = aWebhook({ toAmocrm: aFakeQueue({ refusals: 99 }) });

    expect(await post({ body: JSON.stringify(press) })).toMatchObject({ statusCode: 503 });
  });

  test("answers 503 when the queue refuses, so that Telegram repeats", async () => {
    const { post, logger } = aWebhook({ toAmocrm: aFakeQueue({ refusals: 1 }) });

    const { statusCode } = await post();

    expect(statusCode).toBe(503);
    expect(logger.lines).toMatchObject([
      { level: "error", fact: "WebhookFailed", fields: { reason: "ServiceUnavailable" } },
    ]);
  });

  test("answers 503 when the secret store is down, and enqueues nothing", async () => {
    const { post, toAmocrm } = aWebhook({ secret: aFakeSecret<Credentials>(undefined) });

    const { statusCode } = await post();

    expect([statusCode, toAmocrm.envelopes.length]).toEqual([503, 0]);
  });
});

describe("the Telegram webhook refuses", () => {
  test("everything with 503 while its secret is not set, so that Telegram retries", async () => {
    const { post, toAmocrm } = aWebhook({ secret: aFakeSecret<Credentials>("unset") });

    expect(await post()).toMatchObject({ statusCode: 503 });
    expect(toAmocrm.envelopes).toEqual([]);
  });

  test.each([
    { state: "set", secret: () => aFakeSecret<Credentials>({ current: "token" }) },
    { state: "not set", secret: () => aFakeSecret<Credentials>("unset") },
    { state: "unreachable", secret: () => aFakeSecret<Credentials>(undefined) },
  ])("an impossible token, without a secret read: $state", async (given) => {
    const secret = given.secret();
    const { post } = aWebhook({ secret });

    for (const token of ["", "token,token", "to ken", "жетон", "t".repeat(257)]) {
      expect(await post({}, token)).toMatchObject({ statusCode: 401 });
    }
    expect(secret.asked()).toBe(0);
  });

  test.each([
    { name: "a wrong token", token: "other" },
    { name: "no token", token: "" },
    { name: "the token twice", token: "token,token" },
  ])("$name with 401, logged without the body", async ({ token }) => {
    const { post, toAmocrm, logger } = aWebhook();

    const { statusCode } = await post({}, token);

    expect([statusCode, toAmocrm.envelopes.length]).toEqual([401, 0]);
    expect(logger.lines).toEqual([
      { level: "warn", fact: "SecretTokenRefused", fields: { bytes: Buffer.byteLength(body) } },
    ]);
  });
});

describe("a rotation of the secret token", () => {
  test("keeps the previous token valid", async () => {
    const secret = aFakeSecret<Credentials>({ current: "new", previous: "old" });
    const { post } = aWebhook({ secret });

    expect(await post({}, "old")).toMatchObject({ statusCode: 200 });
    expect(await post({}, "new")).toMatchObject({ statusCode: 200 });
    expect(secret.rereads()).toBe(0);
  });

  test("reads the secret again for a newer token", async () => {
    const secret = aFakeSecret<Credentials>({ current: "old" }, { current: "new" });
    const { post } = aWebhook({ secret });

    expect(await post({}, "new")).toMatchObject({ statusCode: 200 });
    expect(secret.rereads()).toBe(1);
  });

  test("accepts the header in any letter case", async () => {
    const { post } = aWebhook();

    const answer = await post({ headers: { "X-Telegram-Bot-Api-Secret-Token": "token" } });

    expect(answer).toMatchObject({ statusCode: 200 });
  });
});
