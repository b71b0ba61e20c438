import { randomUUID } from "node:crypto";
import { accountId, region } from "../aws/names.ts";
import type { LambdaFunction } from "../lambda/lambda-function.ts";
import type { Schedule } from "../resources/deployment.ts";

/**
 * Runs a function at a rate, the first time after one full period. Not AWS: it never runs two at a
 * time, skips a period that ends during a run, and does not repeat a failed run.
 */
export function startSchedule(
  { minutes, ruleArn }: Schedule,
  target: LambdaFunction,
  secondsPerMinute: number,
) {
  let run: Promise<unknown> | undefined;
  const timer = setInterval(
    () => {
      run ??= target.invoke(scheduledEvent(ruleArn)).finally(() => (run = undefined));
    },
    minutes * secondsPerMinute * 1000,
  );
  return {
    /** Starts no further run. It waits for a run in progress. */
    async stop(): Promise<void> {
      clearInterval(timer);
      await run;
    },
  };
}

function scheduledEvent(ruleArn: string): object {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: accountId,
    time: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources: [ruleArn],
    detail: {},
  };
}
