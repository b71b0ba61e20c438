import { describe, expect, test } from "@jest/globals";
import { checkWebhooks } from "../../../lambdas/caretaker/rounds.ts";
import type { HealthCheck } from "../../../lambdas/model/envelope.ts";
import { TransientFailure } from "../../../lambdas/model/failure.ts";
import { SecretUnavailable } from "../../../lambdas/model/runtime.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

const atMillis = 1_700_000_000_000;

const round = async (telegram: number | Error, amocrm: number | Error) => {
  const sent: HealthCheck[] = [];
  const logger = aRecordingLogger();
  let made = 0;
  const webhook = (answer: number | Error) => ({
    send: async (check: HealthCheck) => {
      sent.push(check);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  const findings = await checkWebhooks({
    telegram: webhook(telegram),
    amocrm: webhook(amocrm),
    nonce: () => `nonce-${(made += 1)}`,
    now: () => atMillis,
    logger,
  });
  return { sent, findings, logger };
};

describe("the check of the bridge's own webhooks", () => {
  test("calls both, each with a body of its own", async () => {
    const { sent, findings, logger } = await round(200, 200);

    expect(sent).toEqual([
      { kind: "synthetic", sentAtMillis: atMillis, nonce: "nonce-1" },
      { kind: "synthetic", sentAtMillis: atMillis, nonce: "nonce-2" },
    ]);
    expect(findings).toEqual({
      checkedAtMillis: atMillis,
      isTelegramWebhookFine: true,
      isAmocrmWebhookFine: true,
    });
    expect(logger.facts()).toEqual(["CheckAnswered", "CheckAnswered"]);
  });

  test.each([401, 404, 429, 500, 503, new TransientFailure("no answer: timeout")])(
    "that ends with %s is an error and a finding, and the other webhook is still checked",
    async (trouble) => {
      const { findings, logger } = await round(200, trouble);

      expect(findings).toMatchObject({ isTelegramWebhookFine: true, isAmocrmWebhookFine: false });
      expect(logger.lines.filter(({ level }) => level === "error")).toMatchObject([
        { fact: "CheckFailed", fields: { side: "amocrm" } },
      ]);
    },
  );

  test("is skipped without an alarm when the bridge is not set up that far", async () => {
    const { findings, logger } = await round(200, new SecretUnavailable("not connected yet"));

    expect(findings).toEqual({
      checkedAtMillis: atMillis,
      isTelegramWebhookFine: true,
      isAmocrmWebhookFine: undefined,
    });
    expect(logger.lines).toMatchObject([
      { level: "info", fact: "CheckAnswered" },
      { level: "info", fact: "CheckSkipped", fields: { side: "amocrm" } },
    ]);
  });

  test("does not hide an internal error", async () => {
    await expect(round(new RangeError("no such thing"), 200)).rejects.toThrow(RangeError);
  });
});
