import { expect, test } from "@jest/globals";
import { MemoryCaretakerReports } from "../../support/memory/stores.ts";
import { createCaretaker } from "../../../lambdas/caretaker/caretaker.ts";
import { SecretUnavailable, SecretUnset } from "../../../lambdas/model/runtime.ts";
import { aRecordingLogger } from "../../support/recording-logger.ts";

/** A caretaker whose search for lost hooks ends with the current value of `trouble`. */
function aCaretaker(trouble: { now: Error | undefined }) {
  const nothing = async () => undefined;
  const reconcile = async () => {
    if (trouble.now !== undefined) throw trouble.now;
  };
  const others = { drainSpool: nothing, checkWebhooks: nothing, watchWebhook: nothing };
  const rounds = { ...others, watchApiToken: nothing, reconcile, wideReconcile: nothing };
  const reports = new MemoryCaretakerReports();
  const logger = aRecordingLogger();
  return { logger, reports, run: createCaretaker({ rounds, reports, now: () => 0, logger }) };
}

test("a round whose secret is not set is skipped, without a failure, until the secret is set", async () => {
  const trouble: { now: Error | undefined } = { now: new SecretUnset("not connected yet") };
  const { run, reports, logger } = aCaretaker(trouble);

  await run({ rounds: ["reconcile"] });
  await run({ rounds: ["drainSpool"] });

  expect(reports.report).toMatchObject({ failedRounds: [], skippedRounds: ["reconcile"] });
  expect(logger.lines[0]).toEqual({
    level: "info",
    fact: "RoundSkipped",
    fields: { round: "reconcile", reason: "not connected yet" },
  });

  trouble.now = undefined;
  await run({ rounds: ["reconcile"] });
  expect(reports.report).toMatchObject({ skippedRounds: [] });
});

test("a round whose secret store does not answer has failed", async () => {
  const { run, reports } = aCaretaker({ now: new SecretUnavailable("the store did not answer") });

  await expect(run({ rounds: ["reconcile"] })).rejects.toThrow("failed: reconcile");
  expect(reports.report).toMatchObject({ failedRounds: ["reconcile"], skippedRounds: [] });
});
