import { describe, expect, test } from "@jest/globals";
import type { StepOf } from "../../../lambdas/delivery/step.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import { aFakeCrm } from "../../support/fake-crm.ts";
import { routingDependencies } from "../../support/routing-dependencies.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

const step: StepOf<"report-status"> = {
  name: "report-status",
  conversationId: "tg-700-42",
  amocrmMessageId: "amojo-message",
  status: { statusCode: 1 },
};

describe("a status report", () => {
  test("sets the status of the operator's message, within the timeout of a call", async () => {
    const crm = aFakeCrm();

    expect(await routingDependencies({ crm }).run(step)).toEqual({});
    expect(crm.calls).toEqual([
      {
        method: "setDeliveryStatus",
        amocrmMessageId: "amojo-message",
        status: { statusCode: 1 },
        timeoutMillis: undefined,
      },
    ]);
  });

  test("ends when amoCRM no longer knows the message", async () => {
    const crm = aFakeCrm({ statuses: [new PermanentFailure("refused-by-amocrm")] });
    const logger = aRecordingLogger();

    expect(await routingDependencies({ crm, logger }).run(step)).toEqual({ outcome: "refused" });
    expect(logger.facts()).toEqual(["StatusRefused"]);
  });

  test("is retried when amoCRM is down", async () => {
    const down = new TransientFailure("amoCRM answered 502");
    const { run, conversations } = routingDependencies({ crm: aFakeCrm({ statuses: [down] }) });

    await expect(run(step)).rejects.toBe(down);
    expect(await conversations.find("tg-700-42")).toBeUndefined();
  });

  test("leaves amoCRM's wait to any other sandbox that repeats it", async () => {
    const limited = new TransientFailure("429", { retryAfterSeconds: 90, isLimit: true });
    const { run, conversations } = routingDependencies({ crm: aFakeCrm({ statuses: [limited] }) });

    await expect(run(step)).rejects.toBe(limited);
    expect(await conversations.find("tg-700-42")).toMatchObject({
      crmPausedUntilMillis: 1_700_000_090_000,
    });
  });
});
