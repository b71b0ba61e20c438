import { describe, expect, test } from "@jest/globals";
import { metrics } from "../../lambdas/model/metrics.ts";
import { findResource, resourcesOf, templateOf } from "./synthesize.ts";

const template = templateOf();
const namespace = "test-main-telegram-bridge";
/** What the code tells: `teller name`, as the dimension of a metric line says it. */
const told = Object.entries(metrics).flatMap(([teller, names]) =>
  Object.keys(names).map((name) => `${teller} ${name}`),
);

describe("the webhooks' log lines", () => {
  test("are counted by the facts that the webhooks log", () => {
    const filters = resourcesOf(template, "AWS::Logs::MetricFilter").map(([, { Properties }]) => {
      const { LogGroupName, FilterPattern, MetricTransformations } = Properties as unknown as {
        LogGroupName: { Ref: string };
        FilterPattern: string;
        MetricTransformations: readonly [{ MetricName: string; MetricNamespace: string }];
      };
      const [{ MetricName, MetricNamespace }] = MetricTransformations;
      expect(MetricNamespace).toBe(namespace);
      expect(FilterPattern).toBe(`{ $.message.fact = "${MetricName}" }`);
      return `${LogGroupName.Ref.replace(/Logs[0-9A-F]{8}$/, "")} ${MetricName}`;
    });

    expect(filters.toSorted()).toEqual([
      "AmocrmWebhook HookSpooled",
      "AmocrmWebhook SignatureRefused",
      "AmocrmWebhook WebhookFailed",
      "TelegramWebhook SecretTokenRefused",
      "TelegramWebhook WebhookFailed",
    ]);
  });

  test("of the API, which are counted by nothing, are of the cheaper class; no other is", () => {
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

  test("shows every metric that the code tells, and none that it does not", () => {
    const shown = [
      ...body.matchAll(new RegExp(`"${namespace}","(\\w+)"(?:,"service","(\\w+)")?`, "g")),
    ].map(([, name, teller = "ingest"]) => `${teller} ${name}`);

    expect([...new Set(shown)].toSorted()).toEqual(told.toSorted());
  });

  test.each(["LatencyToAmocrm", "LatencyToTelegram"])("shows %s as p50, p95 and p99", (name) => {
    const [of = ""] =
      new RegExp(`"metrics":\\[\\["${namespace}","${name}".*?\\]\\]`).exec(body) ?? [];

    for (const statistic of ["p50", "p95", "p99"]) expect(of).toContain(`"stat":"${statistic}"`);
  });

  test("shows both queues' waiting messages and the age of the oldest, and every alarm", () => {
    for (const name of ["ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"]) {
      expect(body.split(name)).toHaveLength(3);
    }
    const ids = resourcesOf(template, "AWS::CloudWatch::Alarm").map(([id]) => id);
    const telling = ids.filter((id) => id.startsWith("Monitoring"));
    for (const id of telling) expect(body).toContain(id);
  });
});
