import { randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { createBodyOf, packBody } from "../../../lambdas/ingest/pack-body.ts";
import { maxUnverifiedBytes } from "../../../lambdas/ingest/amocrm-webhook.ts";
import { createTelegramWebhook } from "../../../lambdas/ingest/telegram-webhook.ts";
import type { Envelope } from "../../../lambdas/model/envelope.ts";
import {
  aChannelSecret,
  aLostChannelSecret,
  anAmocrmWebhook,
} from "../../support/amocrm-webhook.ts";
import { answerOf } from "../../support/answers.ts";
import { aTelegramUpdate, anAmocrmHook, hookSignature } from "../../support/bodies.ts";
import { aClock } from "../../support/clock.ts";
import { botId } from "../../support/events.ts";
import { aFakeQueue } from "../../support/fake-queue.ts";
import { aFakeSecret } from "../../support/fake-secret.ts";
import { anHttpEvent } from "../../support/lambda-events.ts";
import { aPacking } from "../../support/packing.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

/** Compresses to three quarters of its size at best. */
const noise = (bytes: number) => randomBytes((bytes / 4) * 3).toString("base64");

/** A bucket that takes that long, and then refuses or not. Both webhooks use the same one in a test. */
const aBridge = ({
  millis = 0,
  refuses = false,
  queueRefusals = 0,
  clock = aClock(),
  channel = aChannelSecret(),
} = {}) => {
  const { bodies } = aPacking();
  const tries: number[] = [];
  const steps: string[] = [];
  const packing = {
    packBody,
    bodies: {
      put: async (object: { key: string; bytes: Uint8Array }, { timeoutMillis = 0 }) => {
        tries.push(timeoutMillis);
        clock.advance(Math.min(millis, timeoutMillis));
        if (refuses) throw Object.assign(new Error("refused"), { name: "SlowDown" });
        if (millis > timeoutMillis)
          throw Object.assign(new Error("late"), { name: "TimeoutError" });
        await bodies.put(object);
        steps.push("stored");
      },
    },
  };
  const logger = aRecordingLogger();
  const queue = aFakeQueue({ refusals: queueRefusals, onPut: () => void steps.push("enqueued") });
  const spool = aFakeQueue({ onPut: () => void steps.push("spooled") });
  const telegram = createTelegramWebhook({
    botId,
    secret: aFakeSecret({ current: "token" }),
    toAmocrm: queue,
    ...packing,
    now: clock.now,
    logger,
  });
  const amocrm = anAmocrmWebhook({
    channel,
    toTelegram: queue,
    spool,
    packing,
    now: clock.now,
  });
  const update = (text: string) => JSON.stringify(aTelegramUpdate({ text }));
  const hook = (text: string) => JSON.stringify(anAmocrmHook({ text }));
  return {
    clock,
    amocrm,
    tries,
    steps,
    queue,
    spool,
    bodies,
    lines: () => [...logger.lines, ...amocrm.logger.lines],
    reconciles: amocrm.wideReconciles,
    read: async (envelope: Envelope | undefined) =>
      Buffer.from(await createBodyOf(bodies)(envelope as Envelope)).toString(),
    send: {
      telegram: async (text: string) => {
        const body = update(text);
        const headers = { "x-telegram-bot-api-secret-token": "token" };
        const answer = await answerOf(telegram, anHttpEvent({ body, headers }));
        return { body, status: answer.statusCode };
      },
      amocrm: async (text: string) => {
        const body = hook(text);
        return { body, status: (await amocrm.post({ body })).statusCode };
      },
    },
  };
};

describe.each([
  { from: "telegram", refusal: 503, reconcileCount: 0 },
  { from: "amocrm", refusal: 500, reconcileCount: 1 },
] as const)("a large body of $from", ({ from, refusal, reconcileCount }) => {
  test.each([
    { what: "two long messages in Telegram's escapes", text: "\\u0448".repeat(48_000), v: 2 },
    { what: "text that just fits when it is compressed", text: noise(240_000), v: 2 },
  ])("is in the message, compressed: $what", async ({ text }) => {
    const bridge = aBridge();
    const { send, queue, tries, read } = bridge;

    const { body, status } = await send[from](text);

    expect([status, tries, bridge.reconciles.asked()]).toEqual([200, [], []]);
    expect(queue.envelopes).toMatchObject([{ v: 2, body: { brotli: expect.any(String) } }]);
    expect(await read(queue.envelopes[0])).toBe(body);
  });

  test("is stored before the message is enqueued with a pointer, when it is larger still", async () => {
    const { send, queue, tries, steps, read } = aBridge();

    const { body, status } = await send[from](noise(2_000_000));

    expect([status, tries, steps]).toEqual([200, [1200], ["stored", "enqueued"]]);
    expect(queue.envelopes).toMatchObject([
      { v: 2, body: { stored: expect.stringMatching(/^bodies\/[0-9a-f]{64}$/) } },
    ]);
    expect(await read(queue.envelopes[0])).toBe(body);
  });

  test.each([
    { what: "refuses", given: { refuses: true }, reason: "SlowDown" },
    { what: "does not answer in time", given: { millis: 5000 }, reason: "TimeoutError" },
  ])(
    `is refused with ${refusal}, an error and ${reconcileCount} wide reconciles when the bucket $what`,
    async (row) => {
      const bridge = aBridge(row.given);
      const { send, tries, steps, lines } = bridge;

      const { body, status } = await send[from](noise(2_000_000));

      expect([status, tries, steps]).toEqual([refusal, [1200], []]);
      expect(bridge.reconciles.asked()).toHaveLength(reconcileCount);
      const fields = { eventId: expect.any(String), bytes: body.length, reason: row.reason };
      expect(lines()).toEqual([{ level: "error", fact: "BodyNotStored", fields }]);
    },
  );

  test("uses no bucket when it is small", async () => {
    const { send, tries, queue } = aBridge({ refuses: true });

    expect(await send[from]("hello")).toMatchObject({ status: 200 });
    expect([tries, queue.envelopes.length]).toEqual([[], 1]);
  });
});

test.each([200_000, 2_000_000])(
  "of a hook of %i bytes has its signed part compressed, and no line break after it",
  async (bytes) => {
    const { amocrm, queue, read } = aBridge();
    const body = JSON.stringify(anAmocrmHook({ text: noise(bytes) }));

    await amocrm.post({ body: `${body}\n`, signature: hookSignature(body, "secret") });

    expect(queue.envelopes).toMatchObject([{ v: 2, verified: true }]);
    expect(await read(queue.envelopes[0])).toBe(body);
  },
);

describe("the time of a webhook", () => {
  const slowSecret = (clock: ReturnType<typeof aClock>, millis: number) => {
    const known = aFakeSecret({ current: "token" });
    return {
      ...known,
      read: () => {
        clock.advance(millis);
        return known.read();
      },
    };
  };

  test.each([
    { millis: 1400, tried: 1, status: 200 },
    { millis: 1401, tried: 0, status: 503 },
  ])(
    "after $millis ms has room for $tried tries of the bucket",
    async ({ millis, tried, status }) => {
      const clock = aClock();
      const { packBody: pack, bodies } = aPacking();
      const webhook = createTelegramWebhook({
        botId,
        secret: slowSecret(clock, millis),
        toAmocrm: aFakeQueue(),
        packBody: pack,
        bodies,
        now: clock.now,
        logger: aRecordingLogger(),
      });
      const headers = { "x-telegram-bot-api-secret-token": "token" };
      const body = JSON.stringify(aTelegramUpdate({ text: noise(2_000_000) }));

      const { statusCode } = await answerOf(webhook, anHttpEvent({ body, headers }));

      expect([statusCode, bodies.keys().length]).toEqual([status, tried]);
    },
  );

  test("that is too short for the bucket still has room to request a wide reconcile", async () => {
    const clock = aClock();
    const known = aChannelSecret();
    const channel = {
      ...known,
      read: () => {
        clock.advance(1401);
        return known.read();
      },
    };
    const { send, tries, lines, reconciles } = aBridge({ clock, channel });

    const { status } = await send.amocrm(noise(2_000_000));

    expect([status, tries, reconciles.tried.length]).toEqual([500, [], 1]);
    expect(lines()).toMatchObject([
      { level: "error", fact: "BodyNotStored", fields: { reason: "too little time is left" } },
    ]);
  });

  test("is enough for the spool after a slow bucket and a queue that refuses", async () => {
    const { send, steps, spool, read } = aBridge({ millis: 1200, queueRefusals: 9 });

    const { body, status } = await send.amocrm(noise(2_000_000));

    expect(status).toBe(200);
    expect([steps[0], steps.at(-1)]).toEqual(["stored", "spooled"]);
    expect(await read(spool.envelopes[0])).toBe(body);
  });
});

describe("a hook that cannot be verified now", () => {
  const post = (bytes: number) => {
    const bridge = aBridge({ channel: aLostChannelSecret() });
    const around = JSON.stringify(anAmocrmHook({ text: "" })).length;
    return bridge.send
      .amocrm("x".repeat(bytes - around))
      .then(({ status }) => ({ status, bridge }));
  };

  test("is accepted up to 262,144 bytes", async () => {
    const { status, bridge } = await post(maxUnverifiedBytes);

    expect(status).toBe(200);
    expect(bridge.queue.envelopes).toMatchObject([{ verified: false, v: 2 }]);
  });

  test("is refused beyond with 500, an error and a wide reconcile, because anyone could have sent it", async () => {
    const { status, bridge } = await post(maxUnverifiedBytes + 1);

    expect([status, bridge.queue.envelopes.length]).toEqual([500, 0]);
    expect(bridge.lines()).toEqual([
      {
        level: "error",
        fact: "WebhookFailed",
        fields: { reason: "unverified, and too large", statusCode: 500 },
      },
    ]);
    expect(bridge.reconciles.asked()).toHaveLength(1);
  });
});
