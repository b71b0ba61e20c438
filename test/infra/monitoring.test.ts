import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { metrics } from "../../lambdas/model/metrics.ts";
import { aMonitoredStage, findResource, resourcesOf, templateOf } from "./synthesize.ts";

const template = templateOf(aMonitoredStage);
const namespace = "test-main-telegram-bridge";
const services: ReadonlySet<string> = new Set(["sender", "caretaker"]);
/** The metrics as `source name`. The dimension of a metric line gives the source; metrics from log lines have none. */
const written = Object.entries(metrics).flatMap(([source, names]) =>
  Object.keys(names).map((name) => `${services.has(source) ? source : "line"} ${name}`),
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
  const rare = (of: string, name: string, fact = name) => {
    const pattern = `{ $.message.fact = "${fact}" }`;
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
      rare("AmocrmWebhook", "AmocrmWebhookFailed", "WebhookFailed"),
      rare("AmocrmWebhook", "BodyNotStored"),
      rare("AmocrmWebhook", "HookSpooled"),
      rare("AmocrmWebhook", "SignatureRefused"),
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
      rare("TelegramWebhook", "TelegramWebhookFailed", "WebhookFailed"),
    ]);
  });

  test("that a filter counts are in the code", () => {
    const folder = new URL("../../lambdas/", import.meta.url);
    const code = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(new URL(name, folder), "utf8"))
      .join("\n");
    const facts = filters.map(({ pattern }) => /\bfact = "(\w+)"/.exec(pattern)?.[1]);

    expect(facts.filter((fact) => !code.includes(`"${fact}", {`))).toEqual([]);
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
    ].map(([, name, source = "line"]) => `${source} ${name}`);

    expect([...new Set(shown)].toSorted()).toEqual(written.toSorted());
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
    const calling = ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"]
      .flatMap((type) => resourcesOf(template, type))
      .filter(([, { Properties }]) => Properties["AlarmActions"] !== undefined);
    expect(calling.length).toBeGreaterThan(30);
    for (const [id] of calling) expect(body).toContain(id);
  });

  test("shows memory and start of the four functions by day, from their own lines", () => {
    const [, query = ""] = body.split('"type":"log"');
    const groups = ["TelegramWebhook", "AmocrmWebhook", "DeliverySender", "Caretaker"].map(
      (id) => findResource(template, "AWS::Logs::LogGroup", `${id}Logs`)[0],
    );

    for (const group of groups) expect(query).toContain(`{"Ref":"${group}"}`);
    expect(query).toContain("SandboxMeasured");
    expect(query).toMatch(
      /max\(message\.peakMegabytes\).*max\(message\.initMillis\).*by bin\(1d\)/,
    );
  });

  test("shows the availability of 28 days as one value, and by day next to the objective", () => {
    const [value = "", byDay = ""] = body.split('"type":"metric"').slice(1);

    for (const widget of [value, byDay]) {
      expect(widget).toContain('"expression":"100 * (1 - failed / (all - refused))"');
      expect(widget).toContain('"start":"-P28D"');
      for (const [name, id] of [
        ["5xx", "failed"],
        ["Count", "all"],
        ["4xx", "refused"],
      ]) {
        expect(widget).toMatch(
          new RegExp(`"${name}","ApiId","",\\{"Ref":"WebhooksApi\\w+"\\},"",\\{"id":"${id}"`),
        );
      }
    }
    // With a period of its own, a metric would show the value of that period.
    expect(value).toContain('"setPeriodToTimeRange":true');
    expect(value).not.toContain('"period"');
    expect(byDay).toContain('"value":99.9,"label":"objective"');
    expect(byDay.match(/"period":86400/g)).toHaveLength(4);
  });
});
