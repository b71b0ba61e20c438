import { describe, expect, test } from "@jest/globals";
import { anAmocrmHook, hookSignature } from "../../support/bodies.ts";
import {
  aChannelSecret,
  aFakeWideReconciles,
  aLostChannelSecret,
  anAmocrmWebhook,
  anUnsetChannelSecret,
} from "../../support/amocrm-webhook.ts";
import { aClock } from "../../support/clock.ts";
import { scopeId } from "../../support/events.ts";
import { aFakeQueue } from "../../support/fake-queue.ts";
import { aFakeSecret } from "../../support/fake-secret.ts";

const forged = { signature: "0123456789abcdef0123456789abcdef01234567" };
const channelOf = (name: string) =>
  name === "connected"
    ? aChannelSecret()
    : name === "unset"
      ? anUnsetChannelSecret()
      : aLostChannelSecret();

describe("while no channel is connected", () => {
  test.each([
    { name: "of any scope", hook: { ...forged, scopeId: "any-scope-at-all" } },
    { name: "of a scope in its known form", hook: forged },
    { name: "of 200 KB", hook: { ...forged, body: `{"a":"${"x".repeat(200_000)}"}` } },
    { name: "signed with an empty key", hook: { signature: hookSignature("{}", ""), body: "{}" } },
  ])("refuses a hook $name with 404, and stores nothing", async ({ hook }) => {
    const { post, toTelegram, spool, wideReconciles, logger } = anAmocrmWebhook({
      channel: anUnsetChannelSecret(),
    });

    expect(await post(hook)).toMatchObject({ statusCode: 404 });
    expect([toTelegram.timeouts, spool.timeouts, wideReconciles.tried]).toEqual([[], [], []]);
    expect(logger.lines).toMatchObject([{ level: "warn", fact: "HookRefused" }]);
  });

  test("refuses hooks once an emptied secret is read, after the disconnect", async () => {
    const { current, ...known } = { current: "secret", channelId: "c", scopeId };
    const channel = aFakeSecret({ ...known, current }, "unset");
    const { post, toTelegram } = anAmocrmWebhook({ channel });

    const answers = [await post({}), await post(forged), await post({})];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 404, 404]);
    expect(toTelegram.envelopes).toHaveLength(1);
  });
});

test.each(["connected", "unset", "unreachable"])(
  "refuses a malformed signature without any read: %s",
  async (state) => {
    const channel = channelOf(state);
    const { post, toTelegram, wideReconciles } = anAmocrmWebhook({ channel });

    for (const signature of ["", "f".repeat(39), "z".repeat(40), `${"f".repeat(40)} `]) {
      expect(await post({ signature })).toMatchObject({ statusCode: 401 });
    }
    expect([channel.asked(), toTelegram.timeouts, wideReconciles.tried]).toEqual([0, [], []]);
  },
);

describe("while the secret store is unreachable", () => {
  test.each([
    { name: "another form of scope", hook: { scopeId: "any-scope-at-all" } },
    { name: "no scope", hook: { scopeId: "" } },
    { name: "a scope with a slash", hook: { scopeId: "a_b/c" } },
    { name: "a very long scope", hook: { scopeId: `a_${"b".repeat(65)}` } },
    { name: "no JSON", hook: { body: "<html>" } },
    { name: "JSON that is no object", hook: { body: '["words"]' } },
    { name: "nothing", hook: { body: "" } },
  ])(
    "answers 500 to a hook with $name, logs an ERROR and requests a reconcile",
    async ({ hook }) => {
      const { post, toTelegram, wideReconciles, logger } = anAmocrmWebhook({
        channel: aLostChannelSecret(),
      });

      expect(await post(hook)).toMatchObject({ statusCode: 500 });
      expect(toTelegram.timeouts).toEqual([]);
      expect(logger.lines).toMatchObject([
        { level: "error", fact: "WebhookFailed", fields: { statusCode: 500 } },
      ]);
      expect(wideReconciles.asked()).toHaveLength(1);
    },
  );

  test("accepts a hundred hooks in any minute, and no more", async () => {
    const clock = aClock();
    const { post, toTelegram } = anAmocrmWebhook({ channel: aLostChannelSecret(), now: clock.now });
    const statuses: unknown[] = [];
    const send = async (count: number) => {
      for (let hook = 0; hook < count; hook += 1) statuses.push((await post({})).statusCode);
    };

    await send(60);
    clock.advance(30_000);
    await send(50);
    expect(statuses.filter((status) => status === 500)).toHaveLength(10);
    clock.advance(30_000);
    await send(70);

    expect(statuses.filter((status) => status === 200)).toHaveLength(160);
    expect(toTelegram.envelopes).toHaveLength(160);
  });

  test("does not count malformed hooks among the hundred", async () => {
    const { post } = anAmocrmWebhook({ channel: aLostChannelSecret() });
    for (let hook = 0; hook < 200; hook += 1) await post({ scopeId: "forged" });

    expect(await post({})).toMatchObject({ statusCode: 200 });
  });
});

describe("a wide reconcile for lost hooks", () => {
  test("is requested when a hook of the known scope is refused, at most once a minute", async () => {
    const clock = aClock();
    const { post, wideReconciles } = anAmocrmWebhook({ now: clock.now });
    const startMillis = clock.now();

    for (let second = 0; second < 121; second += 1) {
      expect(await post(forged)).toMatchObject({ statusCode: 401 });
      clock.advance(1000);
    }

    expect(wideReconciles.asked().map((atMillis) => atMillis - startMillis)).toEqual([
      0, 60_000, 120_000,
    ]);
  });

  test("is not requested by a hook without the known scope", async () => {
    const { post, wideReconciles } = anAmocrmWebhook();

    expect(await post({ ...forged, scopeId: "other_scope" })).toMatchObject({ statusCode: 404 });
    expect(wideReconciles.tried).toEqual([]);
  });

  test("is requested when queue and spool refuse an authentic hook", async () => {
    const { post, wideReconciles } = anAmocrmWebhook({
      toTelegram: aFakeQueue({ refusals: 9 }),
      spool: aFakeQueue({ refusals: 9 }),
    });

    expect(await post({})).toMatchObject({ statusCode: 500 });
    expect(wideReconciles.asked()).toHaveLength(1);
  });

  test("is requested by the next hook when the table refuses the request, and the ERROR line stays", async () => {
    const wideReconciles = aFakeWideReconciles({ refusals: 1 });
    const { post, logger } = anAmocrmWebhook({ channel: aLostChannelSecret(), wideReconciles });

    const answers = [await post({ scopeId: "forged" }), await post({ scopeId: "forged" })];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([500, 500]);
    expect(wideReconciles.tried).toHaveLength(2);
    expect(logger.facts()).toEqual(["WebhookFailed", "WideReconcileNotRequested", "WebhookFailed"]);
  });

  test.each([
    { name: "within the rest of four seconds", queueMillis: 800, tried: [600] },
    { name: "never when no time is left", queueMillis: 1500, tried: [] },
  ])("is requested $name", async ({ queueMillis, tried }) => {
    const clock = aClock();
    const { post, wideReconciles } = anAmocrmWebhook({
      now: clock.now,
      toTelegram: aFakeQueue({ refusals: 9, onPut: () => clock.advance(queueMillis) }),
      spool: aFakeQueue({ refusals: 9, onPut: () => clock.advance(1000) }),
    });

    expect(await post({ body: JSON.stringify(anAmocrmHook()) })).toMatchObject({ statusCode: 500 });
    expect(wideReconciles.tried.map(({ timeoutMillis }) => timeoutMillis)).toEqual(tried);
  });
});
