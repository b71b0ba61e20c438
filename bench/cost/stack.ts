import { mkdtempDisposable, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StageSettings } from "../../infra/settings/stage-settings.ts";
import { ledgerDays } from "../../lambdas/model/ledger.ts";
import type { Assembly, FunctionName, Resources } from "../world/assembly.ts";
import { assumedMillis, freeDashboardMetrics, measuredMegabytes } from "./prices.ts";
import type { Prices } from "./prices.ts";

/** What the bills need to know of a bridge's stack, and the prices of the units that they count. */
export type Stack = ReturnType<typeof termsOf> & Standing;

/** Typical lengths of the values in a line of the access log. */
const valueLengths: Readonly<Record<string, number>> = {
  requestId: 16,
  routeKey: 22,
  status: 3,
  responseLatency: 2,
};

/** Reads the parts that a message uses. Fails for a stack that the bills do not know. */
export function termsOf({ functions, properties }: Assembly, prices: Prices) {
  const isArm = (name: string) =>
    String(properties("AWS::Lambda::Function", name)["Architectures"]) === "arm64";
  const isOneByOne = (queue: string) =>
    properties("AWS::SQS::Queue", `${queue}Queue`)["FifoQueue"] === true &&
    properties("AWS::Lambda::EventSourceMapping", `${queue}Deliveries`)["BatchSize"] === 1;
  const isKnown =
    properties("AWS::ApiGatewayV2::Api", "Webhooks")["ProtocolType"] === "HTTP" &&
    Object.keys(functions).every(isArm) &&
    ["ToAmocrm", "ToTelegram"].every(isOneByOne) &&
    functions.DeliverySender.megabytes === measuredMegabytes;
  if (!isKnown) {
    throw new Error(
      `Expected an HTTP API, functions on arm64, FIFO queues with one message a batch, and a sender of ${measuredMegabytes} MB. Measure and count another stack before you bill it.`,
    );
  }
  const stage = properties("AWS::ApiGatewayV2::Stage", "Webhooks");
  const { Format } = stage["AccessLogSettings"] as { Format: string };
  const typical = (_: string, name: string) => "-".repeat(valueLengths[name] ?? 1);
  const accessLine = Format.replaceAll(/\$context\.(\w+)/g, typical);
  const { LogGroupClass } = properties("AWS::Logs::LogGroup", "WebhooksAccessLines");
  const isInfrequent = LogGroupClass === "INFREQUENT_ACCESS";
  /** What Lambda charges for a run of a function. */
  const gigabyteSeconds = (name: FunctionName, millis: number) =>
    ((millis / 1000) * functions[name].megabytes) / 1024;
  const checkSeconds =
    gigabyteSeconds("TelegramWebhook", assumedMillis.webhook + assumedMillis.sqs) +
    gigabyteSeconds("DeliverySender", assumedMillis.sender);
  return {
    gigabyteSeconds,
    accessLogBytes: accessLine.length,
    rates: {
      ...prices,
      accessLogGigabytes: prices[isInfrequent ? "infrequentLogGigabytes" : "logGigabytes"],
      tableStored: ((prices.tableGigabytes + prices.recoveryGigabytes) * ledgerDays) / 30,
      indexStored: (prices.tableGigabytes * ledgerDays) / 30,
      /** Through webhook, queue and sender, which drops it. Its log lines are small. */
      checks:
        prices.httpApiRequests +
        2 * prices.lambdaRequests +
        3 * prices.sqsRequests +
        checkSeconds * prices.gigabyteSeconds,
      /** With more metrics than a free one. */
      largeDashboards: prices.dashboards,
    },
  };
}

/** What a template has that costs something each month, whether or not people write. */
export type Standing = ReturnType<typeof standingOf>;

/** Counts it in the resources of a template. */
export function standingOf(resources: Resources) {
  const all = (type: string) =>
    Object.entries(resources).flatMap(([id, { Type, Properties }]) =>
      Type === `AWS::${type}` ? [{ id, ...Properties } as { id: string } & typeof Properties] : [],
    );
  // For an alarm over a sum, AWS charges each summand, but not the sum.
  const metricsOf = (alarms: readonly Readonly<Record<string, unknown>>[]) =>
    alarms.flatMap(({ ["Metrics"]: metrics = [{ MetricStat: {} }] }) =>
      (metrics as { MetricStat?: unknown }[]).filter(({ MetricStat }) => MetricStat !== undefined),
    ).length;
  const alarms = all("CloudWatch::Alarm");
  const rollBack = JSON.stringify(all("CodeDeploy::DeploymentGroup"));
  const dashboards = all("CloudWatch::Dashboard").map(metricsOnDashboard);
  return {
    secrets: all("SecretsManager::Secret").length,
    /** Metrics that the alarms read. */
    alarmMetrics: metricsOf(alarms),
    /** The same of the alarms that roll a deployment back. They stay without any monitoring. */
    rollBackMetrics: metricsOf(alarms.filter(({ id }) => rollBack.includes(`{"Ref":"${id}"}`))),
    composites: all("CloudWatch::CompositeAlarm").length,
    dashboards: dashboards.length,
    /** Dashboards that are small enough to be among an account's free ones. */
    smallDashboards: dashboards.filter((metrics) => metrics <= freeDashboardMetrics).length,
    /** Metrics that CloudWatch reads from the line of each message. They cost while people write. */
    messageMetrics: all("Logs::MetricFilter").filter((filter) =>
      JSON.stringify(filter).includes('"MetricValue":"$.'),
    ).length,
  };
}

/** The same bridge with nothing but the alarms that roll a deployment back. */
export function withoutMonitoring({ secrets, rollBackMetrics }: Standing): Standing {
  const none = { composites: 0, dashboards: 0, smallDashboards: 0, messageMetrics: 0 };
  return { secrets, rollBackMetrics, alarmMetrics: rollBackMetrics, ...none };
}

/** The different metrics on a dashboard. A metric with three statistics is one. */
function metricsOnDashboard({ DashboardBody: body }: Readonly<Record<string, unknown>>): number {
  const [, parts = [body]] = (body as { "Fn::Join"?: [string, unknown[]] })["Fn::Join"] ?? [];
  const text = parts.map((part) => (typeof part === "string" ? part : "reference")).join("");
  const { widgets } = JSON.parse(text) as { widgets: { properties: { metrics?: unknown[][] } }[] };
  const metrics = widgets.flatMap(({ properties }) => properties.metrics ?? []);
  const names = metrics.map((row) => row.filter((part) => typeof part === "string").join(" "));
  return new Set(names.filter((name) => name !== "")).size;
}

/** The resources of the first bridge of each stage, synthesized without bundles. */
export async function bridgeTemplates(stages: Readonly<Record<string, StageSettings>>) {
  const { App } = await import("aws-cdk-lib");
  const { BridgeStage } = await import("../../infra/bridge-stage.ts");
  const cdk = await readFile(new URL("../../cdk.json", import.meta.url), "utf8");
  const { context } = JSON.parse(cdk) as { context: Record<string, unknown> };
  await using directory = await mkdtempDisposable(join(tmpdir(), "bridge-cost-"));
  const outdir = directory.path;
  const app = new App({ outdir, context: { ...context, "aws:cdk:bundling-stacks": [] } });
  const made = Object.entries(stages).map(([name, settings]) => {
    const [stack] = new BridgeStage(app, name, settings).synth().stacks;
    const { Resources = {} } = (stack?.template ?? {}) as { Resources?: Resources };
    return [name, Resources] as const;
  });
  return Object.fromEntries(made);
}
