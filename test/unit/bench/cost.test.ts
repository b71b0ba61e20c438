import { describe, expect, test } from "@jest/globals";
import { freeOf, times, totalOf } from "../../../bench/cost/bill.ts";
import type { BillLine } from "../../../bench/cost/bill.ts";
import { freePerMonth, pricesOf } from "../../../bench/cost/prices.ts";
import type { Prices } from "../../../bench/cost/prices.ts";
import { rowsOf } from "../../../bench/cost/report.ts";
import { standingOf, withoutMonitoring } from "../../../bench/cost/stack.ts";

const { prices } = pricesOf("us-east-1");
const line = (title: string, each: number, unit: keyof Prices): BillLine => ({
  title,
  unit,
  each,
  usd: each * prices[unit],
});

const resource = (Type: string, Properties: Record<string, unknown> = {}) => ({ Type, Properties });
const dashboard = (metrics: number) =>
  resource("AWS::CloudWatch::Dashboard", {
    DashboardBody: {
      "Fn::Join": [
        "",
        [
          '{"widgets":[{"type":"text","properties":{"markdown":"m"}},{"type":"metric","properties":{"metrics":[',
          Array.from({ length: metrics }, (_, number) =>
            ["p50", "p99"].map((stat) => `["ours","M${number}","Api",{"stat":"${stat}"}]`).join(),
          ).join(),
          "]}}]}",
        ],
      ],
    },
  });

describe("the standing parts of a template", () => {
  const resources = {
    Secret: resource("AWS::SecretsManager::Secret"),
    ErrorsOfNew: resource("AWS::CloudWatch::Alarm", { MetricName: "Errors" }),
    ParkedSum: resource("AWS::CloudWatch::Alarm", {
      Metrics: [{ MetricStat: {} }, { MetricStat: {} }, { Expression: "a + b" }],
    }),
    AtRisk: resource("AWS::CloudWatch::CompositeAlarm"),
    Small: dashboard(50),
    Large: dashboard(51),
    Group: resource("AWS::CodeDeploy::DeploymentGroup", {
      AlarmConfiguration: { Alarms: [{ Name: { Ref: "ErrorsOfNew" } }] },
    }),
    Latency: resource("AWS::Logs::MetricFilter", {
      MetricTransformations: [{ MetricValue: "$.latencyMillis" }],
    }),
    Refused: resource("AWS::Logs::MetricFilter", {
      MetricTransformations: [{ MetricValue: "1" }],
    }),
  };

  test("are counted by what AWS charges: each metric of an alarm, each metric of a dashboard once", () => {
    expect(standingOf(resources)).toEqual({
      secrets: 1,
      alarmMetrics: 3,
      rollBackMetrics: 1,
      composites: 1,
      dashboards: 2,
      smallDashboards: 1,
      messageMetrics: 1,
    });
  });

  test("without monitoring are the alarms that roll a deployment back", () => {
    expect(withoutMonitoring(standingOf(resources))).toEqual({
      secrets: 1,
      alarmMetrics: 1,
      rollBackMetrics: 1,
      composites: 0,
      dashboards: 0,
      smallDashboards: 0,
      messageMetrics: 0,
    });
  });
});

describe("the free tier", () => {
  test("covers the access log, too", () => {
    const log: BillLine = {
      ...line("access log, GB", 2, "logGigabytes"),
      unit: "accessLogGigabytes",
    };

    expect(freeOf([log])).toBeCloseTo(1);
  });

  test.each([
    { name: "covers all of a small number", each: 600_000, saved: 0.3 },
    {
      name: "covers its part of a large number",
      each: 4 * freePerMonth.sqsRequests,
      saved: 0.5,
    },
  ])("$name", ({ each, saved }) => {
    const half = line("SQS, sends", each / 2, "sqsRequests");

    expect(freeOf([half, half, line("secrets", 4, "secrets")])).toBeCloseTo(saved);
  });
});

describe("a bill", () => {
  const lines = [
    line("HTTP API, requests", 1, "httpApiRequests"),
    line("logs, GB", 2e-9, "logGigabytes"),
  ];

  test("for many messages is one message's, so many times", () => {
    const bill = times(lines, 1e6);

    expect(bill[0]).toMatchObject({ each: 1e6, usd: 1 });
    expect(totalOf(bill)).toBeCloseTo(1.001);
  });

  test("of what comes in addition is the difference of its lines", () => {
    const bill = [...times(lines, 1e6), ...times(lines, -5e5)];

    expect(totalOf(bill)).toBeCloseTo(totalOf(times(lines, 5e5)));
  });
});

describe("the page's rows", () => {
  const lines = [
    line("queues", 2, "secrets"),
    line("secrets", 0, "secrets"),
    line("queues", 1, "secrets"),
    line("logs", 1, "dashboards"),
  ];

  test("are the sums of their lines, without a row that costs nothing", () => {
    const bills = [
      { title: "", lines },
      { title: "", lines: [] },
    ];
    expect(rowsOf(bills, 10)).toEqual([
      ["queues", expect.closeTo(12), 0],
      ["logs", 30, 0],
    ]);
  });
});

describe("the prices", () => {
  test.each(["us-east-1", "eu-west-1", "eu-central-1"])("of %s are its own", (region) => {
    expect(pricesOf(region).region).toBe(region);
  });

  test("of a region that is not on file are those of us-east-1, which says so", () => {
    expect(pricesOf("ap-south-2")).toEqual({ ...pricesOf("us-east-1"), region: "us-east-1" });
  });

  test("of Frankfurt are above those of us-east-1 where AWS asks more", () => {
    const [frankfurt, virginia] = [pricesOf("eu-central-1").prices, pricesOf("us-east-1").prices];
    const dearer = Object.keys(frankfurt).filter(
      (name) => frankfurt[name as keyof typeof frankfurt] > virginia[name as keyof typeof virginia],
    );

    expect(dearer).toEqual([
      "httpApiRequests",
      "writeUnits",
      "readUnits",
      "tableGigabytes",
      "recoveryGigabytes",
      "s3Puts",
      "logGigabytes",
      "infrequentLogGigabytes",
    ]);
  });
});
