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

describe("a report", () => {
  test("sets the status of the operator's message, in the time of any call", async () => {
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

  test("is over when amoCRM does not know the message any more", async () => {
    const crm = aFakeCrm({ statuses: [new PermanentFailure("refused-by-amocrm")] });
    const logger = aRecordingLogger();

    expect(await routingDependencies({ crm, logger }).run(step)).toEqual({ outcome: "refused" });
    expect(logger.facts()).toEqual(["StatusRefused"]);
  });

  test("stays when amoCRM is down", async () => {
    const down = new TransientFailure("amoCRM answered 502");
    const { run, conversations } = routingDependencies({ crm: aFakeCrm({ statuses: [down] }) });

    await expect(run(step)).rejects.toBe(down);
    expect(await conversations.find("tg-700-42")).toBeUndefined();
  });

  test("leaves amoCRM's wait for whoever else would repeat it", async () => {
    const limited = new TransientFailure("429", { retryAfterSeconds: 90, isLimit: true });
    const { run, conversations } = routingDependencies({ crm: aFakeCrm({ statuses: [limited] }) });

    await expect(run(step)).rejects.toBe(limited);
    expect(await conversations.find("tg-700-42")).toMatchObject({
      crmPausedUntilMillis: 1_700_000_090_000,
    });
  });
});
