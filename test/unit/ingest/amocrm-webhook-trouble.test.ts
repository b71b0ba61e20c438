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
  test("the previous secret is valid too", async () => {
    const channel = aChannelSecret({ current: "new", previous: "secret" });
    const { post } = anAmocrmWebhook({ channel });

    expect(await post({})).toMatchObject({ statusCode: 200 });
    expect(channel.rereads()).toBe(0);
  });

  test("a secret that is newer than what is known is found by reading again", async () => {
    const channel = aChannelSecret({ current: "old" }, { current: "secret" });
    const { post } = anAmocrmWebhook({ channel });

    expect(await post({})).toMatchObject({ statusCode: 200 });
    expect(channel.rereads()).toBe(1);
  });

  test("a scope that is newer than what is known is found by reading again", async () => {
    const channel = aChannelSecret({ scopeId: "old_scope" }, {});
    const { post } = anAmocrmWebhook({ channel });

    expect(await post({})).toMatchObject({ statusCode: 200 });
  });
});

describe("when something is down behind the amoCRM webhook", () => {
  test("a hook that the queue will not take is spooled and answered 200", async () => {
    const { post, spool, logger } = anAmocrmWebhook({ toTelegram: aFakeQueue({ refusals: 9 }) });

    const { statusCode } = await post({});

    expect(statusCode).toBe(200);
    expect(logger.lines.at(-1)).toMatchObject({ level: "warn", fact: "HookAccepted" });
    expect(spool.envelopes).toMatchObject([{ group: "tg-700-42", verified: true }]);
  });

  test("a hook that the spool will not take either is answered 500", async () => {
    const { post, logger } = anAmocrmWebhook({
      toTelegram: aFakeQueue({ refusals: 9 }),
      spool: aFakeQueue({ refusals: 9 }),
    });

    expect(await post({})).toMatchObject({ statusCode: 500 });
    expect(logger.facts().at(-1)).toBe("WebhookFailed");
  });

  test("without the secret store a hook is taken unverified, with its signature, in a group apart", async () => {
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

  test("an unverified hook that the queue will not take is spooled as such", async () => {
    const { post, spool } = anAmocrmWebhook({
      channel: aLostChannelSecret(),
      toTelegram: aFakeQueue({ refusals: 9 }),
    });

    expect(await post({})).toMatchObject({ statusCode: 200 });
    expect(spool.envelopes).toMatchObject([{ verified: false }]);
  });

  test("without the secret store a malformed signature is refused all the same", async () => {
    const { post, toTelegram } = anAmocrmWebhook({ channel: aLostChannelSecret() });

    expect(await post({ signature: "none" })).toMatchObject({ statusCode: 401 });
    expect(toTelegram.envelopes).toEqual([]);
  });
});
