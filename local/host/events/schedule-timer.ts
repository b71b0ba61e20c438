import { randomUUID } from "node:crypto";
import { accountId, region } from "../aws/names.ts";
import type { LambdaFunction } from "../lambda/lambda-function.ts";
import type { Schedule } from "../resources/deployment.ts";

/**
 * Runs a function at a rate, the first time after one full period. Not AWS: it never runs two at a
 * time, skips a period that ends during a run, and does not repeat a failed run.
 */
export class ScheduleTimer {
  readonly #timer: NodeJS.Timeout;
  #run: Promise<unknown> | undefined;

  constructor(schedule: Schedule, target: LambdaFunction, secondsPerMinute: number) {
    const periodMillis = schedule.minutes * secondsPerMinute * 1000;
    this.#timer = setInterval(() => {
      this.#run ??= target.invoke(scheduledEvent(schedule.ruleArn)).finally(() => {
        this.#run = undefined;
      });
    }, periodMillis);
  }

  /** Starts no further run. It waits for a run in progress. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#run;
  }
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
