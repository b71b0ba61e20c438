import { describe, expect, test } from "@jest/globals";
import { metrics } from "../../lambdas/model/metrics.ts";
import { findResource, resourcesOf, templateOf } from "./synthesize.ts";

const template = templateOf();
const namespace = "test-main-telegram-bridge";
const tellers: ReadonlySet<string> = new Set(["sender", "caretaker"]);
/** The metrics as `source name`. The dimension of a metric line gives the source; metrics from log lines have none. */
const told = Object.entries(metrics).flatMap(([source, names]) =>
  Object.keys(names).map((name) => `${tellers.has(source) ? source : "line"} ${name}`),
);

type Filter = {
  LogGroupName: { Ref: string };
  FilterPattern: string;
  MetricTransformations: readonly [
    { MetricName: string; MetricNamespace: string; MetricValue: string; Unit: string },
  ];
};

describe("log lines", () => {
  const filters = resourcesOf(template, "AWS::Logs::MetricFilter").map(([, { Properties }]) => {
    const { LogGroupName, FilterPattern, MetricTransformations } = Properties as unknown as Filter;
    const [{ MetricName: name, MetricNamespace: space, MetricValue: value, Unit: unit }] =
      MetricTransformations;
    const of = LogGroupName.Ref.replace(/Logs[0-9A-F]{8}$/, "");
    return { of, space, name, pattern: FilterPattern, value, unit };
  });
  const rare = (of: string, name: string) => {
    const pattern = `{ $.message.fact = "${name}" }`;
    return { of, space: namespace, name, pattern, value: "1", unit: "Count" };
  };
  const latency = (name: string, direction: string) => ({
    of: "DeliverySender",
    space: namespace,
    name,
    pattern:
      `{ ($.fact = "DeliverySent") && ($.direction = "${direction}")` +
      " && ($.latencyMillis >= 0) }",
    value: "$.latencyMillis",
    unit: "Milliseconds",
  });

  test("of the webhooks give counts of rare facts, and the sender's lines give latencies", () => {
    expect(
      filters.toSorted((a, b) => `${a.of}${a.name}`.localeCompare(`${b.of}${b.name}`)),
    ).toEqual([
      rare("AmocrmWebhook", "BodyNotStored"),
      rare("AmocrmWebhook", "HookSpooled"),
      rare("AmocrmWebhook", "SignatureRefused"),
      rare("AmocrmWebhook", "WebhookFailed"),
      latency("LatencyToAmocrm", "to-amocrm"),
      latency("LatencyToTelegram", "to-telegram"),
      {
        of: "DeliverySender",
        space: namespace,
        name: "SentLate",
        pattern: '{ ($.fact = "DeliverySent") && ($.late = "*") }',
        value: "1",
        unit: "Count",
      },
      rare("TelegramWebhook", "BodyNotStored"),
      rare("TelegramWebhook", "SecretTokenRefused"),
      rare("TelegramWebhook", "WebhookFailed"),
    ]);
  });

  test("are the source of every metric without a metric line", () => {
    const { ingest, deliveries } = metrics;

    expect([...new Set(filters.map(({ name }) => name))].toSorted()).toEqual(
      [...Object.keys(ingest), ...Object.keys(deliveries)].toSorted(),
    );
  });

  test("of the API, which no metric reads, have the cheaper class, and no others", () => {
    const groups = resourcesOf(template, "AWS::Logs::LogGroup");
    const cheap = groups.filter(
      ([, { Properties }]) => Properties["LogGroupClass"] === "INFREQUENT_ACCESS",
    );

    expect(cheap.map(([id]) => id.replace(/[0-9A-F]{8}$/, ""))).toEqual(["WebhooksAccessLines"]);
  });
});

describe("the dashboard", () => {
  const [, dashboard] = findResource(
    template,
    "AWS::CloudWatch::Dashboard",
    "MonitoringPageDashboard",
  );
  const body = JSON.stringify(dashboard.Properties["DashboardBody"]).replaceAll('\\"', '"');

  test("shows exactly the metrics that the code writes", () => {
    const shown = [
      ...body.matchAll(new RegExp(`"${namespace}","(\\w+)"(?:,"service","(\\w+)")?`, "g")),
    ].map(([, name, teller = "line"]) => `${teller} ${name}`);

    expect([...new Set(shown)].toSorted()).toEqual(told.toSorted());
  });

  test.each(["LatencyToAmocrm", "LatencyToTelegram"])("shows %s as p50, p95 and p99", (name) => {
    const [of = ""] =
      new RegExp(`"metrics":\\[\\["${namespace}","${name}".*?\\]\\]`).exec(body) ?? [];

    for (const statistic of ["p50", "p95", "p99"]) expect(of).toContain(`"stat":"${statistic}"`);
  });

  test("shows both queues' waiting messages, the age of the oldest, and every alarm", () => {
    for (const name of ["ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"]) {
      expect(body.split(name)).toHaveLength(3);
    }
    const ids = resourcesOf(template, "AWS::CloudWatch::Alarm").map(([id]) => id);
    const telling = ids.filter((id) => id.startsWith("Monitoring"));
    for (const id of telling) expect(body).toContain(id);
  });
});
