import { describe, expect, test } from "@jest/globals";
import type { Attempt } from "../../../lambdas/domain/delivery.ts";
import { createJobs } from "../../../lambdas/domain/jobs.ts";
import type { JobsDependencies } from "../../../lambdas/domain/jobs.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import { anAttempt, anEntry, anEnvelope, encoded } from "../../support/events.ts";
import { aFakeCrm } from "../../support/fake-crm.ts";
import { jobDependencies } from "../../support/job-dependencies.ts";
import { stepsOf } from "../../support/steps.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

const stepsFor = async (attempt: Attempt, deps: JobsDependencies) =>
  stepsOf(await (await createJobs(deps)(attempt)).work(anEntry()));

const aReport = anAttempt({
  direction: "to-amocrm",
  envelope: anEnvelope({
    id: "status:amojo-message:1",
    source: "bridge",
    body: encoded({
      kind: "delivery_status",
      amocrmMessageId: "amojo-message",
      status: { statusCode: 1 },
    }),
  }),
});

describe("a report of a failure", () => {
  const aFailure = (changes: object) =>
    anAttempt({
      direction: "to-amocrm",
      envelope: anEnvelope({
        source: "bridge",
        body: encoded({
          kind: "delivery_status",
          amocrmMessageId: "amojo-message",
          status: { statusCode: -1, errorCode: 905, error: "not delivered" },
          eventId: "amo:event",
          ...changes,
        }),
      }),
    });
  const reportBy = async (state: "sent" | "parked", attempt: Attempt) => {
    const crm = aFakeCrm();
    const steps = await stepsFor(attempt, jobDependencies({ crm, stateOf: async () => state }));
    return { crm, sent: steps[0]?.run(anEntry()) };
  };

  test.each([
    { state: "parked", calls: 1 },
    { state: "sent", calls: 0 },
  ] as const)("of an event that is $state by now makes $calls calls", async ({ state, calls }) => {
    const { crm, sent } = await reportBy(state, aFailure({}));

    await sent;

    expect(crm.calls).toHaveLength(calls);
  });

  test("on an id of over 200 characters, which an earlier version asked for, makes no call", async () => {
    const crm = aFakeCrm();
    const attempt = aFailure({ amocrmMessageId: "m".repeat(201) });

    const job = await createJobs(jobDependencies({ crm }))(attempt);

    expect(await job.work(anEntry())).toMatchObject({ kind: "ignore" });
    expect(crm.calls).toEqual([]);
  });

  test("leaves amoCRM's wait for whoever else would repeat it", async () => {
    const limited = new TransientFailure("429", { retryAfterSeconds: 90, isLimit: true });
    const deps = jobDependencies({ crm: aFakeCrm({ statuses: [limited] }) });
    const { envelope } = aFailure({});
    if (envelope === undefined) throw new Error("expected an envelope");
    const attempt = anAttempt({ envelope: { ...envelope, group: "status:tg-700-42" } });
    const steps = await stepsFor(attempt, deps);

    await expect(steps[0]?.run(anEntry())).rejects.toBe(limited);

    expect(await deps.conversations.find("tg-700-42")).toMatchObject({
      crmPausedUntilMillis: 1_700_000_090_000,
    });
  });

  test("keeps the wait that amoCRM asked for", async () => {
    const { crm, sent } = await reportBy(
      "parked",
      aFailure({ notBeforeMillis: 1_700_000_090_000 }),
    );

    await expect(sent).rejects.toMatchObject({ retryAfterSeconds: 90 });
    expect(crm.calls).toEqual([]);
  });
});

describe("a postponed report", () => {
  const send = async (crm: ReturnType<typeof aFakeCrm>) => {
    const logger = aRecordingLogger();
    const deps = jobDependencies({ crm, logger });
    const { tell } = await createJobs(deps)(aReport);
    const steps = await stepsFor(aReport, deps);
    return { tell, logger, result: await steps[0]?.run(anEntry()) };
  };

  test("reports the status it carries, and is not itself reported", async () => {
    const crm = aFakeCrm();

    const { tell } = await send(crm);

    expect(tell).toBeUndefined();
    expect(crm.calls).toMatchObject([
      { method: "setDeliveryStatus", amocrmMessageId: "amojo-message", status: { statusCode: 1 } },
    ]);
  });

  test("waits as long as amoCRM asked of whoever repeated it meanwhile", async () => {
    const crm = aFakeCrm();
    const deps = jobDependencies({ crm });
    const crmPausedUntilMillis = 1_700_000_090_000;
    await deps.conversations.update("tg-700-42", { crmPausedUntilMillis });
    const { envelope } = aReport;
    if (envelope === undefined) throw new Error("expected an envelope");
    const group = "status:tg-700-42";
    const steps = await stepsFor({ ...aReport, group, envelope: { ...envelope, group } }, deps);

    await expect(steps[0]?.run(anEntry())).rejects.toMatchObject({ retryAfterSeconds: 90 });

    expect(crm.calls).toEqual([]);
  });

  test("is over when amoCRM does not know the message any more", async () => {
    const crm = aFakeCrm({ statuses: [new PermanentFailure("refused-by-amocrm")] });

    const { logger, result } = await send(crm);

    expect(result).toEqual({ outcome: "refused" });
    expect(logger.facts()).toEqual(["StatusRefused"]);
  });

  test("stays when amoCRM is down", async () => {
    const down = new TransientFailure("amoCRM answered 502");

    await expect(send(aFakeCrm({ statuses: [down] }))).rejects.toBe(down);
  });
});
