import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import { aFunction, aRole, eventually, hostOf, startRecorder } from "./support.ts";
import type { TestHost } from "./support.ts";

const source = `
let running = 0;
export const handler = async (event) => {
  running += 1;
  await fetch(process.env.RECORDER_URL, { method: "POST", body: JSON.stringify({
    name: process.env.NAME, pid: process.pid, running, event }) });
  await new Promise((resolve) => setTimeout(resolve, Number(process.env.PAUSE_MILLIS)));
  running -= 1;
  if (process.env.NAME === "failing" || event.fail) throw new RangeError("no such thing");
};`;

type Run = {
  readonly name: string;
  readonly pid: number;
  readonly running: number;
  readonly event: Readonly<Record<string, unknown>>;
};

const periodMillis = 300;
const worker = (name: string, pauseMillis: number) =>
  aFunction("worker", {
    Environment: { Variables: { NAME: name, PAUSE_MILLIS: `${pauseMillis}`, RECORDER_URL: "" } },
  });
const rule = (functionId: string, properties: object = {}) => ({
  Type: "AWS::Events::Rule",
  Properties: {
    ScheduleExpression: "rate(1 minute)",
    State: "ENABLED",
    Targets: [
      {
        Arn: { "Fn::GetAtt": [functionId, "Arn"] },
        Id: "Target0",
        RetryPolicy: { MaximumRetryAttempts: 0 },
      },
    ],
    ...properties,
  },
});
const template = {
  Resources: {
    Role: aRole(),
    Steady: worker("steady", 0),
    Slow: worker("slow", 2.5 * periodMillis),
    Failing: worker("failing", 0),
    Rare: worker("rare", 0),
    SteadyRule: rule("Steady"),
    SlowRule: rule("Slow"),
    FailingRule: rule("Failing"),
    RareRule: rule("Rare", { ScheduleExpression: "rate(2 hours)" }),
    DisabledRule: rule("Rare", { State: "DISABLED" }),
    Permission: {
      Type: "AWS::Lambda::Permission",
      Properties: { SourceArn: { "Fn::GetAtt": ["SteadyRule", "Arn"] } },
    },
  },
};

describe("schedules", () => {
  let host: TestHost;
  let recorder: Awaited<ReturnType<typeof startRecorder<Run>>>;
  let runsAtStart: readonly Run[];

  beforeAll(async () => {
    recorder = await startRecorder<Run>();
    host = await hostOf(
      template,
      { worker: source },
      { environment: { RECORDER_URL: recorder.url }, secondsPerMinute: periodMillis / 1000 },
    );
    runsAtStart = [...recorder.items];
  });
  afterAll(async () => {
    await host.close();
    recorder.close();
  });

  const runs = (name: string) => recorder.items.filter((item) => item.name === name);

  test("run at their rate, first after a full period, with a schedule's event", async () => {
    expect(runsAtStart).toEqual([]);

    await eventually("three runs", () => runs("steady").length >= 3);
    expect(runs("steady")[0]?.event).toEqual({
      version: "0",
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      "detail-type": "Scheduled Event",
      source: "aws.events",
      account: "000000000000",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      region: "us-east-1",
      resources: [expect.stringMatching(/^arn:aws:events:us-east-1:000000000000:rule\/SteadyRule/)],
      detail: {},
    });
    expect(runs("rare")).toEqual([]);
  });

  test("never run two at a time", async () => {
    await eventually("three slow runs", () => runs("slow").length >= 3);

    expect(runs("slow").map(({ running }) => running)).toEqual([1, 1, 1]);
    expect(new Set(runs("slow").map(({ pid }) => pid)).size).toBe(1);
    expect(runs("steady").length).toBeGreaterThan(runs("slow").length);
  });

  test("continue after a failed run, which the host logs in one line", async () => {
    await eventually("three failing runs", () => runs("failing").length >= 3);

    const lines = host.lines.filter((line) => line.includes("invocation failed"));
    expect(new Set(lines)).toEqual(new Set(["failing: invocation failed with RangeError"]));
    expect(lines.length).toBeLessThanOrEqual(runs("failing").length);
  });

  test("can run without being awaited", async () => {
    expect(await host.invoke("rare")).toEqual({});
    expect(await host.invoke("rare", { fail: true })).toEqual({
      error: "RangeError: no such thing",
    });

    expect(runs("rare").map(({ event }) => event)).toEqual([{}, { fail: true }]);
    await expect(host.invoke("nobody")).rejects.toThrow(
      'no function "nobody"; it has steady, slow, failing, rare',
    );
  });

  test("end with the host, even in the middle of a run", async () => {
    const before = runs("slow").length;
    await eventually("a slow run is under way", () => runs("slow").length > before);

    await host.close();
    const after = recorder.items.length;
    await sleep(2 * periodMillis);

    expect(recorder.items).toHaveLength(after);
    expect(host.processes("slow")).toEqual([]);
  });
});
