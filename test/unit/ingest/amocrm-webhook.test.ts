import { describe, expect, test } from "@jest/globals";
import { envelope } from "../../../lambdas/model/envelope.ts";
import { amocrmFixture, anAmocrmHook, hookSignature } from "../../support/bodies.ts";
import { scopeId } from "../../support/events.ts";
import { aLostChannelSecret, anAmocrmWebhook } from "../../support/amocrm-webhook.ts";

describe("the amoCRM webhook", () => {
  test("answers 200 once an authentic hook is in the queue, byte for byte", async () => {
    const { post, toTelegram, spool } = anAmocrmWebhook();
    const body = JSON.stringify(anAmocrmHook({ text: "Привет 😀" }));

    const { statusCode } = await post({ body });

    expect(statusCode).toBe(200);
    expect(toTelegram.envelopes).toEqual([
      {
        v: 1,
        id: expect.any(String),
        group: "tg-700-42",
        source: "amocrm",
        receivedAtMillis: 1_700_000_000_000,
        verified: true,
        body: Buffer.from(body).toString("base64"),
        scopeId,
      },
    ]);
    expect(envelope.safeParse(toTelegram.envelopes[0]).success).toBe(true);
    expect(spool.envelopes).toEqual([]);
  });

  test("verifies a base64 body as its bytes", async () => {
    const { post, toTelegram } = anAmocrmWebhook();
    const body = JSON.stringify(anAmocrmHook({ text: "Привет" }));

    const { statusCode } = await post({
      body,
      base64: true,
      signature: hookSignature(body, "secret"),
    });

    expect(statusCode).toBe(200);
    expect(toTelegram.envelopes[0]?.body).toBe(Buffer.from(body).toString("base64"));
  });

  test("accepts a line break that was not signed", async () => {
    const { post } = anAmocrmWebhook();
    const body = JSON.stringify(anAmocrmHook());

    const answer = await post({ body: `${body}\n`, signature: hookSignature(body, "secret") });

    expect(answer).toMatchObject({ statusCode: 200 });
  });

  describe("the same authentic hook again with added line breaks", () => {
    const tails = Array.from({ length: 50 }, (_, count) => "\n".repeat(count + 1));
    const objects = [
      { name: "a reaction", hook: amocrmFixture("hook-reaction.json") },
      { name: "typing", hook: amocrmFixture("hook-typing.json") },
      { name: "a message", hook: JSON.stringify(anAmocrmHook()) },
      { name: "an unknown one", hook: '{"something":"new"}' },
    ];
    const hooks = [
      ...objects,
      { name: "text that is not JSON", hook: "<html>" },
      { name: "an empty one", hook: "" },
    ];

    test.each(hooks)("is one event: $name", async ({ hook }) => {
      const { post, toTelegram } = anAmocrmWebhook();
      const body = hook.trimEnd();
      const signature = hookSignature(body, "secret");

      for (const tail of ["", ...tails, "\r\n", "\n\r\r\n"]) {
        expect(await post({ body: body + tail, signature })).toMatchObject({ statusCode: 200 });
      }

      const [first] = toTelegram.envelopes;
      expect(toTelegram.envelopes).toHaveLength(53);
      expect(new Set(toTelegram.envelopes.map((each) => JSON.stringify(each)))).toEqual(
        new Set([JSON.stringify(first)]),
      );
      expect(first?.body).toBe(Buffer.from(body).toString("base64"));
    });

    test.each(objects)(
      "has the same id while the secret store is down: $name",
      async ({ hook }) => {
        const verified = anAmocrmWebhook();
        const unverified = anAmocrmWebhook({ channel: aLostChannelSecret() });
        const body = hook.trimEnd();
        const signature = hookSignature(body, "secret");

        await verified.post({ body, signature });
        for (const tail of ["", "\n", "\r\n\n"])
          await unverified.post({ body: body + tail, signature });

        const id = verified.toTelegram.envelopes[0]?.id;
        expect(unverified.toTelegram.envelopes.map((each) => each.id)).toEqual([id, id, id]);
      },
    );
  });

  test("keeps a signed line break in the stored bytes", async () => {
    const { post, toTelegram } = anAmocrmWebhook();
    const body = `${JSON.stringify(anAmocrmHook())}\r\n`;

    await post({ body });

    expect(toTelegram.envelopes).toMatchObject([{ body: Buffer.from(body).toString("base64") }]);
  });

  test.each([
    { name: "an hour old", millis: 1_700_000_000_000 - 3_600_000 },
    { name: "40 days old", millis: 1_700_000_000_000 - 40 * 86_400_000 },
    { name: "from the future", millis: 1_700_000_000_000 + 40 * 86_400_000 },
  ])("keeps a hook that is $name in its chat's order", async ({ millis }) => {
    const { post, toTelegram } = anAmocrmWebhook();
    const times = { timestamp: Math.floor(millis / 1000), msec_timestamp: millis };

    await post({ body: JSON.stringify(anAmocrmHook({}, times)) });

    expect(toTelegram.envelopes).toMatchObject([{ group: "tg-700-42" }]);
    expect(toTelegram.envelopes[0]).not.toHaveProperty("late");
  });

  test("accepts a signature in upper case", async () => {
    const { post } = anAmocrmWebhook();
    const body = JSON.stringify(anAmocrmHook());

    const answer = await post({ body, signature: hookSignature(body, "secret").toUpperCase() });

    expect(answer).toMatchObject({ statusCode: 200 });
  });

  test.each([
    { name: "an empty one", body: "" },
    { name: "text that is not JSON", body: "<html>" },
    { name: "an unknown one", body: '{"something":"new"}' },
    { name: "the deprecated form", body: amocrmFixture("hook-v1-deprecated.json") },
    {
      name: "one of another account",
      body: JSON.stringify({ ...anAmocrmHook(), account_id: "a" }),
    },
  ])("accepts every authentic hook: $name", async ({ body }) => {
    const { post, toTelegram } = anAmocrmWebhook();

    const { statusCode } = await post({ body });

    expect([statusCode, toTelegram.envelopes.length]).toEqual([200, 1]);
  });
});

describe("the amoCRM webhook refuses", () => {
  test.each([
    { name: "another scope", given: "other_scope" },
    { name: "the beginning of the scope", given: scopeId.slice(0, -1) },
    { name: "more than the scope", given: `${scopeId}0` },
    { name: "the scope in other letters", given: scopeId.toUpperCase() },
    { name: "no scope", given: "" },
  ])("$name with 404, before it checks the signature", async ({ given }) => {
    const { post, toTelegram } = anAmocrmWebhook();

    const { statusCode } = await post({ scopeId: given, signature: "f".repeat(40) });

    expect([statusCode, toTelegram.envelopes.length]).toEqual([404, 0]);
  });

  test("a signature of another secret with 401, an alarm and no text of the body", async () => {
    const { post, toTelegram, logger } = anAmocrmWebhook();
    const body = JSON.stringify(anAmocrmHook());

    const { statusCode } = await post({ body, signature: hookSignature(body, "other") });

    expect([statusCode, toTelegram.envelopes.length]).toEqual([401, 0]);
    expect(logger.lines).toEqual([
      { level: "error", fact: "SignatureRefused", fields: { bytes: Buffer.byteLength(body) } },
    ]);
  });

  test.each([
    { name: "none", of: () => "" },
    { name: "not hex digits", of: () => "z".repeat(40) },
    { name: "two joined by a comma", of: (right: string) => `${right},${right}` },
    { name: "a right one with a space", of: (right: string) => ` ${right}` },
    { name: "a right one with a name", of: (right: string) => `sha1=${right}` },
  ])("a malformed signature ($name) with 401 and a warning", async ({ of }) => {
    const { post, logger } = anAmocrmWebhook();
    const body = JSON.stringify(anAmocrmHook());

    const { statusCode } = await post({ body, signature: of(hookSignature(body, "secret")) });

    expect(statusCode).toBe(401);
    expect(logger.lines).toMatchObject([{ level: "warn", fact: "SignatureMalformed" }]);
  });
});
