import { requestsOf } from "../counting/tally.ts";
import type { Counted } from "../counting/tally.ts";
import type { Resources } from "../world/assembly.ts";
import { gigabyteSeconds, linesAt, senderOwnMillis, waitingMillis } from "./bill.ts";
import type { BillLine, Terms } from "./bill.ts";
import { assumedMillis, freeDashboardMetrics } from "./prices.ts";

/** CheckLatency. The sender emits it for a check; the checks of the counted caretaker end before it. */
const metricsOfChecks = 1;

/** What a template has that costs something each month, whether or not people write. */
export type Watched = ReturnType<typeof watchedOf>;

/** Counts it in the resources of a template. */
export function watchedOf(resources: Resources) {
  const all = (type: string) => Object.entries(resources).filter(([, each]) => each.Type === type);
  const alarms = all("AWS::CloudWatch::Alarm").map(([id, { Properties }]) => {
    const queries = Properties["Metrics"] as { MetricStat?: unknown }[] | undefined;
    // For an alarm over a sum, AWS charges each summand, but not the sum.
    const metrics = queries?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1;
    return { id, metrics };
  });
  const sum = (of: typeof alarms) => of.reduce((total, { metrics }) => total + metrics, 0);
  const rollBack = new Set(
    all("AWS::CodeDeploy::DeploymentGroup").flatMap(([, { Properties }]) => {
      const { Alarms } = Properties["AlarmConfiguration"] as {
        Alarms: { Name: { Ref: string } }[];
      };
      return Alarms.map(({ Name }) => Name.Ref);
    }),
  );
  const dashboards = all("AWS::CloudWatch::Dashboard");
  return {
    secrets: all("AWS::SecretsManager::Secret").length,
    /** Metrics that the alarms read. */
    alarmMetrics: sum(alarms),
    /** The same of the alarms that roll a deployment back. They stay without any monitoring. */
    rollBackMetrics: sum(alarms.filter(({ id }) => rollBack.has(id))),
    composites: all("AWS::CloudWatch::CompositeAlarm").length,
    dashboards: dashboards.length,
    /** Dashboards that are small enough to be among an account's free ones. */
    smallDashboards: dashboards.filter(
      ([, { Properties }]) =>
        metricsOnDashboard(Properties["DashboardBody"]) <= freeDashboardMetrics,
    ).length,
    /** Metrics that CloudWatch reads from the line of each message. They cost while people write. */
    messageMetrics: all("AWS::Logs::MetricFilter").filter(([, { Properties }]) => {
      const transformations = Properties["MetricTransformations"] as { MetricValue: string }[];
      return transformations.some(({ MetricValue }) => MetricValue.startsWith("$."));
    }).length,
  };
}

/** The same bridge with nothing but the alarms that roll a deployment back. */
export function unwatched({ secrets, rollBackMetrics }: Watched): Watched {
  const none = { composites: 0, dashboards: 0, smallDashboards: 0, messageMetrics: 0 };
  return { secrets, rollBackMetrics, alarmMetrics: rollBackMetrics, ...none };
}

/** The different metrics on a dashboard. A metric with three statistics is one. */
function metricsOnDashboard(body: unknown): number {
  const parts = (body as { "Fn::Join"?: [string, unknown[]] })["Fn::Join"]?.[1] ?? [body];
  const text = parts.map((part) => (typeof part === "string" ? part : "reference")).join("");
  const { widgets } = JSON.parse(text) as { widgets: { properties: { metrics?: unknown[][] } }[] };
  const metrics = widgets
    .flatMap(({ properties }) => properties.metrics ?? [])
    .map((row) => row.filter((part) => typeof part === "string"))
    .filter((names) => names.length > 0);
  return new Set(metrics.map((names) => names.join(" "))).size;
}

/** The cost of a bridge in a month without messages. */
export function standingBillOf(idle: Counted, terms: Terms, watched: Watched): BillLine[] {
  const { caretaker } = idle;
  const line = linesAt(terms.prices);
  const months = caretaker.runs / (60 * 24) / 30;
  const millis = waitingMillis(caretaker) + caretaker.runs * assumedMillis.own.Caretaker;
  // Lambda begins with five pollers a queue, each asking three times a minute.
  const polls = 2 * 5 * 3 * 60 * 24 * 30;
  const checks = (caretaker.vendors["bridge check"]?.calls ?? 0) / months;
  const { alarmMetrics, composites, dashboards, smallDashboards } = watched;
  const seconds = gigabyteSeconds(millis, "Caretaker", terms) / months;
  const secretReads = requestsOf(caretaker, /^secretsmanager/) / months;
  return [
    line("secrets", watched.secrets, "secrets"),
    line("SQS, receives of empty queues", polls, "sqsRequests"),
    line("caretaker, invocations", caretaker.runs / months, "lambdaRequests"),
    line("caretaker, GB-s", seconds, "gigabyteSeconds"),
    line("DynamoDB, read units", caretaker.readUnits / months, "readUnits"),
    line("Secrets Manager, reads", secretReads, "secretReads"),
    line("logs, GB", caretaker.logBytes / 1e9 / months, "logGigabytes"),
    {
      what: "checks through the webhooks",
      each: checks,
      usd: checks * checkPrice(terms),
      free: "none",
    },
    line("metrics without messages", caretaker.metrics.length + metricsOfChecks, "metrics"),
    line("alarms, by metrics", alarmMetrics, "alarmMetrics"),
    line("alarms over alarms", composites, "compositeAlarms"),
    line("dashboards", smallDashboards, "dashboards"),
    line("dashboards, large", dashboards - smallDashboards, "dashboards", "none"),
  ];
}

/** A check goes through webhook, queue and sender, and the sender drops it. Its log lines are small. */
function checkPrice(terms: Terms): number {
  const { prices } = terms;
  const webhookMillis = assumedMillis.own.TelegramWebhook + assumedMillis.sqs;
  const seconds =
    gigabyteSeconds(webhookMillis, "TelegramWebhook", terms) +
    gigabyteSeconds(senderOwnMillis(terms), "DeliverySender", terms);
  const requests = prices.httpApiRequests + 2 * prices.lambdaRequests + 3 * prices.sqsRequests;
  return requests + seconds * prices.gigabyteSeconds;
}
