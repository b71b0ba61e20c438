import { describe, expect, test } from "@jest/globals";
import { watchWebhook } from "../../../lambdas/caretaker/rounds.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import { SecretUnset } from "../../../lambdas/model/runtime.ts";
import type { WebhookInfo } from "../../../lambdas/model/caretaker-report.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

const ours = "https://hooks.example/telegram";
const nowMillis = 1_700_000_000_000;
const hour = 3_600_000;
const fine: WebhookInfo = { url: ours, pendingUpdates: 0, lastErrorAtMillis: undefined };

const watch = async (info: WebhookInfo | Error, isConnected = true) => {
  const logger = aRecordingLogger();
  const inspect = async () => {
    if (info instanceof Error) throw info;
    return info;
  };
  const found = await watchWebhook(ours, {
    webhook: { inspect },
    isConnected: async () => isConnected,
    now: () => nowMillis,
    logger,
  });
  return { ...logger, found };
};

describe("watching the Telegram webhook", () => {
  test.each([
    { name: "in order", info: {}, level: "info", fact: "WebhookFine" },
    { name: "gone", info: { url: "" }, level: "error", fact: "WebhookTakenAway" },
    {
      name: "another service's",
      info: { url: "https://hooks.example/telegram2", pendingUpdates: 500 },
      level: "error",
      fact: "WebhookTakenAway",
    },
    { name: "a little behind", info: { pendingUpdates: 99 }, level: "info", fact: "WebhookFine" },
    { name: "far behind", info: { pendingUpdates: 100 }, level: "error", fact: "WebhookBacklog" },
    {
      name: "failing within the hour",
      info: { lastErrorAtMillis: nowMillis - hour + 1 },
      level: "warn",
      fact: "WebhookErrors",
    },
    {
      name: "failing an hour ago",
      info: { lastErrorAtMillis: nowMillis - hour },
      level: "info",
      fact: "WebhookFine",
    },
  ])("that is $name is one log line: $level $fact", async ({ info, level, fact }) => {
    const logger = await watch({ ...fine, ...info });

    expect(logger.lines).toMatchObject([{ level, fact }]);
    expect(logger.text()).not.toContain("hooks.example");
  });

  test.each([
    { error: new TransientFailure("Telegram answered 502"), reason: "Telegram answered 502" },
    { error: new PermanentFailure("refused-by-telegram"), reason: "refused-by-telegram" },
  ])("that cannot be read is an error for a person: $reason", async ({ error, reason }) => {
    expect((await watch(error)).lines).toEqual([
      { level: "error", fact: "WebhookNotInspected", fields: { reason } },
    ]);
  });

  test.each([
    { info: { pendingUpdates: 7 }, found: { isWebhookOurs: true, pendingUpdates: 7 } },
    { info: { url: "" }, found: { isWebhookOurs: false, pendingUpdates: 0 } },
  ])("is in the report: $found", async ({ info, found }) => {
    expect((await watch({ ...fine, ...info })).found).toEqual({
      webhookInspectedAtMillis: nowMillis,
      ...found,
    });
  });

  test.each([
    { name: "none", url: "" },
    { name: "another service's", url: "https://hooks.example/other" },
  ])("that is $name counts as not set while the bridge is not connected", async ({ url }) => {
    const { lines, found } = await watch({ ...fine, url, pendingUpdates: 500 }, false);

    expect(lines).toMatchObject([{ level: "info", fact: "WebhookNotSetYet" }]);
    expect(found).toEqual({
      webhookInspectedAtMillis: nowMillis,
      isWebhookOurs: undefined,
      pendingUpdates: undefined,
    });
  });

  test("that is the bridge's own is watched, connected or not", async () => {
    const { lines } = await watch({ ...fine, pendingUpdates: 100 }, false);

    expect(lines).toMatchObject([{ level: "error", fact: "WebhookBacklog" }]);
  });

  test("is not inspected without a bot token: the round is skipped", async () => {
    await expect(watch(new SecretUnset("token: not set yet"))).rejects.toThrow(SecretUnset);
  });

  test("leaves the report unchanged when it could not be read", async () => {
    expect((await watch(new TransientFailure("Telegram answered 502"))).found).toEqual({});
  });

  test("does not hide an internal error", async () => {
    await expect(watch(new TypeError("oops"))).rejects.toThrow(TypeError);
  });
});
