import { describe, expect, test } from "@jest/globals";
import { envelope } from "../../../lambdas/model/envelope.ts";
import { anAmocrmHook, hookSignature } from "../../support/bodies.ts";
import { scopeId } from "../../support/events.ts";
import {
  aChannelSecret,
  aLostChannelSecret,
  anAmocrmWebhook,
} from "../../support/amocrm-webhook.ts";
import { aFakeQueue } from "../../support/fake-queue.ts";

describe("a rotation of the channel", () => {
  test("keeps the previous secret valid", async () => {
    const channel = aChannelSecret({ current: "new", previous: "secret" });
    const { post } = anAmocrmWebhook({ channel });

    expect(await post({})).toMatchObject({ statusCode: 200 });
    expect(channel.rereads()).toBe(0);
  });

  test("reads the secret again for a newer secret", async () => {
    const channel = aChannelSecret({ current: "old" }, { current: "secret" });
    const { post } = anAmocrmWebhook({ channel });

    expect(await post({})).toMatchObject({ statusCode: 200 });
    expect(channel.rereads()).toBe(1);
  });

  test("reads the scope again for a newer scope", async () => {
    const channel = aChannelSecret({ scopeId: "old_scope" }, {});
    const { post } = anAmocrmWebhook({ channel });

    expect(await post({})).toMatchObject({ statusCode: 200 });
  });
});

describe("the amoCRM webhook during an outage", () => {
  test("spools a hook that the queue refuses and answers 200", async () => {
    const { post, spool, logger } = anAmocrmWebhook({ toTelegram: aFakeQueue({ refusals: 9 }) });

    const { statusCode } = await post({});

    expect(statusCode).toBe(200);
    expect(logger.lines.at(-1)).toMatchObject({ level: "warn", fact: "HookAccepted" });
    expect(spool.envelopes).toMatchObject([{ group: "tg-700-42", verified: true }]);
  });

  test("answers 500 to a hook that the spool refuses, too", async () => {
    const { post, logger } = anAmocrmWebhook({
      toTelegram: aFakeQueue({ refusals: 9 }),
      spool: aFakeQueue({ refusals: 9 }),
    });

    expect(await post({})).toMatchObject({ statusCode: 500 });
    expect(logger.facts().at(-1)).toBe("WebhookFailed");
  });

  test("accepts a hook unverified without the secret store, with its signature, in a separate group", async () => {
    const { post, toTelegram, logger } = anAmocrmWebhook({ channel: aLostChannelSecret() });
    const body = JSON.stringify(anAmocrmHook());
    const signature = hookSignature(body, "secret");

    const { statusCode } = await post({ body, signature });

    expect(statusCode).toBe(200);
    expect(toTelegram.envelopes).toMatchObject([
      { group: "unverified", verified: false, signature, scopeId },
    ]);
    expect(envelope.safeParse(toTelegram.envelopes[0]).success).toBe(true);
    expect(logger.lines.at(-1)).toMatchObject({ level: "warn", fact: "HookAccepted" });
  });

  test("spools an unverified hook that the queue refuses as unverified", async () => {
    const { post, spool } = anAmocrmWebhook({
      channel: aLostChannelSecret(),
      toTelegram: aFakeQueue({ refusals: 9 }),
    });

    expect(await post({})).toMatchObject({ statusCode: 200 });
    expect(spool.envelopes).toMatchObject([{ verified: false }]);
  });

  test("refuses a malformed signature without the secret store, too", async () => {
    const { post, toTelegram } = anAmocrmWebhook({ channel: aLostChannelSecret() });

    expect(await post({ signature: "none" })).toMatchObject({ statusCode: 401 });
    expect(toTelegram.envelopes).toEqual([]);
  });
});
