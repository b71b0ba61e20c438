import type { Resources } from "../world/assembly.ts";
import { freeDashboardMetrics } from "./prices.ts";

/** What a template has that costs something each month, whether or not people write. */
export type Watched = {
  readonly secrets: number;
  /** Metrics that the alarms read. */
  readonly alarmMetrics: number;
  /** The same of the alarms that roll a deployment back. They stay without any monitoring. */
  readonly rollBackMetrics: number;
  readonly composites: number;
  readonly dashboards: number;
  /** Dashboards that are small enough to be among an account's free ones. */
  readonly smallDashboards: number;
  /** Metrics that CloudWatch reads from the line of each message. They cost while people write. */
  readonly messageMetrics: number;
};

/** Counts them in the resources of a template. */
export function watchedOf(resources: Resources): Watched {
  const all = (type: string) => Object.entries(resources).filter(([, each]) => each.Type === type);
  const alarms = all("AWS::CloudWatch::Alarm").map(([id, { Properties }]) => ({
    id,
    metrics: metricsIn(Properties["Metrics"]),
  }));
  const sum = (of: typeof alarms) => of.reduce((total, { metrics }) => total + metrics, 0);
  const rollBack = new Set(
    all("AWS::CodeDeploy::DeploymentGroup").flatMap(([, { Properties }]) =>
      idsIn(Properties["AlarmConfiguration"]),
    ),
  );
  const dashboards = all("AWS::CloudWatch::Dashboard");
  return {
    secrets: all("AWS::SecretsManager::Secret").length,
    alarmMetrics: sum(alarms),
    rollBackMetrics: sum(alarms.filter(({ id }) => rollBack.has(id))),
    composites: all("AWS::CloudWatch::CompositeAlarm").length,
    dashboards: dashboards.length,
    smallDashboards: dashboards.filter(
      ([, { Properties }]) =>
        metricsOnDashboard(Properties["DashboardBody"]) <= freeDashboardMetrics,
    ).length,
    messageMetrics: all("AWS::Logs::MetricFilter").filter(([, { Properties }]) =>
      valuesOf(Properties["MetricTransformations"]).some((value) => value.startsWith("$.")),
    ).length,
  };
}

/** The same bridge with nothing but the alarms that roll a deployment back. */
export function unwatched(watched: Watched): Watched {
  const { rollBackMetrics } = watched;
  return {
    ...watched,
    alarmMetrics: rollBackMetrics,
    composites: 0,
    dashboards: 0,
    smallDashboards: 0,
    messageMetrics: 0,
  };
}

/** For an alarm over a sum, AWS charges each summand, but not the sum. */
function metricsIn(queries: unknown): number {
  if (!Array.isArray(queries)) return 1;
  return queries.filter((query: { MetricStat?: unknown }) => query.MetricStat !== undefined).length;
}

function idsIn(configuration: unknown): string[] {
  const { Alarms = [] } = (configuration ?? {}) as { Alarms?: { Name: { Ref?: string } }[] };
  return Alarms.flatMap(({ Name: { Ref: id } }) => (id === undefined ? [] : [id]));
}

function valuesOf(transformations: unknown): string[] {
  return (transformations as { MetricValue: string }[]).map(({ MetricValue }) => MetricValue);
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
