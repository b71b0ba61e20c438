import { Duration, Stack } from "aws-cdk-lib";
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  LogQueryWidget,
  MathExpression,
  SingleValueWidget,
  Stats,
  TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import type { AlarmBase, IMetric, IWidget } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import { metrics } from "../../lambdas/model/metrics.ts";
import type { MetricOf, MetricSource } from "../../lambdas/model/metrics.ts";
import type { DeliveryQueue } from "../constructs/delivery-queue.ts";
import { availability } from "./availability.ts";
import { objective } from "./objective.ts";
import type { Read, Watched } from "./watched.ts";

const half = { width: 12, height: 6 };

/** One page about the state of a bridge: objective, delays, backlog, outcomes, vendors, ingest, findings. */
export class BridgeDashboard extends Construct {
  readonly name: string;

  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly watched: Watched;
      readonly read: Read;
      readonly alarms: readonly AlarmBase[];
    },
  ) {
    super(scope, id);
    const { watched, read, alarms } = props;
    // Dashboards belong to the account, not to a region.
    this.name = `${watched.namespace}-${Stack.of(this).region}`;
    new Dashboard(this, "Dashboard", {
      dashboardName: this.name,
      defaultInterval: Duration.hours(12),
      widgets: [
        [
          new TextWidget({
            markdown: `# ${watched.namespace}\nFor each alarm, see docs/runbook.md`,
            width: 24,
            height: 2,
          }),
        ],
        [new AlarmStatusWidget({ title: "Alarms", alarms: [...alarms], width: 24, height: 4 })],
        availabilities(watched),
        [
          delays("From the customer to amoCRM", "LatencyToAmocrm", read),
          delays("From the operator to Telegram", "LatencyToTelegram", read),
        ],
        backlogs(watched),
        answers(read),
        outcomes(read),
        ingest(watched, read),
        findings(read),
        [sandboxes(watched)],
      ],
    });
  }
}

/**
 * CloudWatch's longest period is a day. A widget can set the period to its time range, for metrics that
 * have the default period.
 */
function availabilities({ api }: Watched): IWidget[] {
  const percent = objective.availability * 100;
  const start = `-P${objective.days}D`;
  return [
    new SingleValueWidget({
      title: `Availability over ${objective.days} days. Objective: ${percent} %`,
      metrics: [availability(api, Duration.minutes(5))],
      setPeriodToTimeRange: true,
      fullPrecision: true,
      start,
      ...half,
    }),
    new GraphWidget({
      title: "Availability by day",
      left: [availability(api, Duration.days(1))],
      leftYAxis: { max: 100, label: "%", showUnits: false },
      leftAnnotations: [{ value: percent, label: "objective" }],
      start,
      ...half,
    }),
  ];
}

function delays(title: string, name: MetricOf<"deliveries">, read: Read): GraphWidget {
  const left = [50, 95, 99].map((percentile) =>
    read("deliveries", name, { statistic: Stats.p(percentile) }).with({ label: `p${percentile}` }),
  );
  return new GraphWidget({ title, left, leftYAxis: { label: "ms", showUnits: false }, ...half });
}

function backlogs({ toAmocrm, toTelegram }: Watched): IWidget[] {
  const of = (title: string, { queue }: DeliveryQueue) =>
    new GraphWidget({
      title,
      left: [
        queue.metricApproximateNumberOfMessagesVisible({ label: "waiting" }),
        queue.metricApproximateNumberOfMessagesNotVisible({
          label: "in flight or waiting for a retry",
        }),
      ],
      right: [queue.metricApproximateAgeOfOldestMessage({ label: "age of the oldest, s" })],
      ...half,
    });
  return [of("Backlog to amoCRM", toAmocrm), of("Backlog to Telegram", toTelegram)];
}

/** Empty where the stage does not set `unanswered`. */
function answers(read: Read): IWidget[] {
  const minutes = 1440;
  const left = [50, 90].map((percentile) =>
    read("sender", "AnswerTime", { statistic: Stats.p(percentile), minutes }).with({
      label: `p${percentile}`,
    }),
  );
  return [
    new GraphWidget({
      title: "Time until an operator's answer, by day",
      left,
      leftYAxis: { label: "s", showUnits: false },
      ...half,
    }),
    new GraphWidget({
      title: "Customers without an answer in time",
      left: [read("sender", "CustomerUnanswered")],
      ...half,
    }),
  ];
}

function outcomes(read: Read): IWidget[] {
  const counts = (pattern: RegExp): IMetric[] =>
    namesOf("sender")
      .filter((name) => pattern.test(name))
      .map((name) => read("sender", name));
  // The sample count of a latency is the number of measured messages.
  const sent = (["LatencyToAmocrm", "LatencyToTelegram"] as const).map((name) =>
    read("deliveries", name, { statistic: Stats.SAMPLE_COUNT }).with({
      label: name.replace("Latency", "Sent"),
    }),
  );
  return [
    new GraphWidget({
      title: "Outcomes",
      left: [
        ...sent,
        read("deliveries", "SentLate"),
        ...counts(/^(Deferred|AmbiguousRepeated|AttemptFailed|Parked|Lead)/),
      ],
      ...half,
    }),
    new GraphWidget({ title: "Vendors' refusals", left: counts(/^(Telegram|Amocrm)/), ...half }),
  ];
}

function ingest({ api }: Watched, read: Read): IWidget[] {
  const perFiveMinutes = { period: Duration.minutes(5), statistic: Stats.SUM };
  const [all, refused, failed] = [
    api.metricCount(perFiveMinutes),
    api.metricClientError({ ...perFiveMinutes, label: "4xx" }),
    api.metricServerError({ ...perFiveMinutes, label: "5xx" }),
  ];
  const accepted = new MathExpression({
    expression: "FILL(all, 0) - FILL(refused, 0) - FILL(failed, 0)",
    usingMetrics: { all, refused, failed },
    label: "2xx",
    period: Duration.minutes(5),
  });
  return [
    new GraphWidget({ title: "Webhooks' answers", left: [accepted, refused, failed], ...half }),
    new GraphWidget({
      title: "Webhooks' errors, and the latency of a check (ms)",
      left: namesOf("ingest").map((name) => read("ingest", name)),
      right: [read("sender", "CheckLatency", { statistic: Stats.MAXIMUM })],
      ...half,
    }),
  ];
}

function findings(read: Read): IWidget[] {
  const days: MetricOf<"caretaker"> = "ApiTokenDays";
  return [
    new GraphWidget({
      title: "The caretaker's findings",
      left: namesOf("caretaker")
        .filter((name) => name !== days && name !== "CaretakerRan")
        .map((name) => read("caretaker", name, { statistic: Stats.MAXIMUM })),
      ...half,
    }),
    new GraphWidget({
      title: "The caretaker's runs, and the API token's remaining days",
      left: [read("caretaker", "CaretakerRan")],
      right: [read("caretaker", days, { statistic: Stats.MINIMUM })],
      ...half,
    }),
  ];
}

/**
 * The functions' memory and start by day, from the line that each sandbox writes once an hour. A
 * metric for each would cost more than reading the lines when a person opens the page.
 */
function sandboxes({ telegramWebhook, amocrmWebhook, sender, caretaker }: Watched): LogQueryWidget {
  return new LogQueryWidget({
    title: "Memory (MB) and start (ms) of the functions by day: choose a range of days",
    logGroupNames: [telegramWebhook, amocrmWebhook, sender, caretaker].map(
      (each) => each.function.logGroup.logGroupName,
    ),
    queryLines: [
      'filter message.fact = "SandboxMeasured"',
      "stats max(message.peakMegabytes) as peakMegabytes, max(message.initMillis) as longestInitMillis, count() as reports by bin(1d) as day, @log",
      "sort day desc, @log asc",
    ],
    width: 24,
    height: 6,
  });
}

function namesOf<Source extends MetricSource>(source: Source): MetricOf<Source>[] {
  return Object.keys(metrics[source]) as MetricOf<Source>[];
}
