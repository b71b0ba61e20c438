import { describe, expect, test } from "@jest/globals";
import { createRolloutCheck } from "../../../lambdas/ingest/rollout-check.ts";
import type { WebhookRequest, WebhookVersion } from "../../../lambdas/model/caretaker-report.ts";
import { anAmocrmWebhook } from "../../support/amocrm-webhook.ts";
import { scopeId } from "../../support/events.ts";
import { aFakeSecret } from "../../support/fake-secret.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

const rollout = { DeploymentId: "d-1", LifecycleEventHookExecutionId: "e-1" };
const channel = { current: "channel-secret", scopeId };

/** A version that gives this answer, or fails, and records its requests. */
function aVersion(
  answer: number | Error = 200,
): WebhookVersion & { readonly sent: WebhookRequest[] } {
  const sent: WebhookRequest[] = [];
  return {
    sent,
    async answer(request) {
      sent.push(request);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
}

function aCheck({
  telegramSecret = aFakeSecret<{ current: string }>({ current: "telegram-secret" }),
  channelSecret = aFakeSecret<{ current: string; scopeId: string }>(channel),
  telegram = aVersion(),
  amocrm = aVersion(),
} = {}) {
  const logger = aRecordingLogger();
  const reports: unknown[] = [];
  let nonces = 0;
  const check = createRolloutCheck({
    telegram: { secret: telegramSecret, version: telegram },
    amocrm: { channel: channelSecret, version: amocrm },
    gate: { report: async (...it) => void reports.push(it) },
    now: () => 1_700_000_000_000,
    nonce: () => `nonce-${(nonces += 1)}`,
    logger,
  });
  return { run: () => check(rollout), reports, logger, telegram, amocrm };
}

describe("the check of a roll-out", () => {
  test("continues it once both webhooks have accepted a hook", async () => {
    const { run, reports, logger } = aCheck();

    await run();

    expect(reports).toEqual([[rollout, "Succeeded"]]);
    expect(logger.facts()).toEqual(["RolloutCheckPassed", "RolloutCheckPassed"]);
  });

  test("sends a hook that no vendor sends: one key, and a nonce that makes it a separate event", async () => {
    const { run, telegram, amocrm } = aCheck();

    await run();

    const bodies = [telegram, amocrm].map(({ sent }) => JSON.parse(sent[0]?.body ?? ""));
    const sentAtMillis = 1_700_000_000_000;
    expect(bodies).toEqual([
      { bridge_check: { kind: "rollout", sentAtMillis, nonce: expect.stringMatching(/^nonce-/) } },
      { bridge_check: { kind: "rollout", sentAtMillis, nonce: expect.stringMatching(/^nonce-/) } },
    ]);
    expect(bodies[0].bridge_check.nonce).not.toBe(bodies[1].bridge_check.nonce);
  });

  test("has Telegram's secret token for Telegram's webhook", async () => {
    const { run, telegram } = aCheck();

    await run();

    expect(telegram.sent).toMatchObject([
      { path: "/telegram", headers: { "x-telegram-bot-api-secret-token": "telegram-secret" } },
    ]);
  });

  test("has a signature that amoCRM's webhook accepts", async () => {
    const webhook = anAmocrmWebhook();
    const amocrm: WebhookVersion = {
      async answer({ body, headers, pathParameters }) {
        const signature = headers["x-signature"] ?? "";
        const { statusCode } = await webhook.post({ body, signature, ...pathParameters });
        return statusCode ?? 0;
      },
    };
    const { run, reports } = aCheck({
      amocrm: { ...amocrm, sent: [] },
      channelSecret: aFakeSecret({ current: "secret", scopeId }),
    });

    await run();

    expect(reports).toEqual([[rollout, "Succeeded"]]);
    expect(webhook.toTelegram.envelopes).toMatchObject([{ group: "unidentified", verified: true }]);
  });

  test.each([
    { trouble: "refuses a good signature", telegram: aVersion(401), amocrm: aVersion() },
    { trouble: "cannot store it", telegram: aVersion(), amocrm: aVersion(500) },
    { trouble: "crashes", telegram: aVersion(), amocrm: aVersion(new Error("out of memory")) },
    { trouble: "gives an unexpected answer", telegram: aVersion(204), amocrm: aVersion() },
  ])("rolls back a version that $trouble", async ({ telegram, amocrm }) => {
    const { run, reports, logger } = aCheck({ telegram, amocrm });

    await run();

    expect(reports).toEqual([[rollout, "Failed"]]);
    expect(logger.facts().toSorted()).toEqual(["RolloutCheckFailed", "RolloutCheckPassed"]);
  });

  test("rolls back when the secrets are unreadable, because the state is unknown", async () => {
    const { run, reports } = aCheck({
      telegramSecret: aFakeSecret<{ current: string }>(undefined),
    });

    await run();

    expect(reports).toEqual([[rollout, "Failed"]]);
  });

  test.each([
    { unset: "no channel secret", secret: { current: "", scopeId } },
    { unset: "no connected account", secret: { current: "channel-secret", scopeId: "" } },
  ])("does nothing with $unset, because there are no hooks to lose", async ({ secret }) => {
    const { run, reports, logger, amocrm } = aCheck({ channelSecret: aFakeSecret(secret) });

    await run();

    expect(amocrm.sent).toEqual([]);
    expect(reports).toEqual([[rollout, "Succeeded"]]);
    expect(logger.lines).toContainEqual({
      level: "warn",
      fact: "RolloutCheckSkipped",
      fields: { webhook: "amocrm", reason: "its secret is not set yet" },
    });
  });

  test("writes no secret and no signature to its log", async () => {
    const { run, logger, amocrm } = aCheck({ telegram: aVersion(500) });

    await run();

    for (const secretText of [
      "telegram-secret",
      "channel-secret",
      amocrm.sent[0]?.headers["x-signature"],
    ])
      expect(logger.text()).not.toContain(secretText);
  });

  test("fails when CodeDeploy does not accept the verdict, so that the roll-out fails", async () => {
    const check = createRolloutCheck({
      telegram: { secret: aFakeSecret({ current: "" }), version: aVersion() },
      amocrm: { channel: aFakeSecret({ current: "", scopeId: "" }), version: aVersion() },
      gate: { report: () => Promise.reject(new Error("AccessDenied")) },
      now: () => 0,
      nonce: () => "",
      logger: aRecordingLogger(),
    });

    await expect(check(rollout)).rejects.toThrow("AccessDenied");
  });
});
