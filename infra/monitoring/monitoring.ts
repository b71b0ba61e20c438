import { Stack } from "aws-cdk-lib";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { Construct } from "constructs";
import type { MonitoringLevel } from "../settings/stage-settings.ts";
import { alarmRows } from "./alarm-rows.ts";
import { AlarmTopics } from "./alarm-topics.ts";
import type { AlarmTopicsProps } from "./alarm-topics.ts";
import { BridgeAlarms } from "./alarms.ts";
import { BridgeDashboard } from "./dashboard.ts";
import { LineFilters } from "./line-filters.ts";
import { readerOf } from "./watched.ts";
import type { Watched } from "./watched.ts";

/** The watched parts of a bridge, and the receivers of its alarms. */
export type MonitoringProps = AlarmTopicsProps & {
  readonly watched: Omit<Watched, "namespace">;
  readonly level: Exclude<MonitoringLevel, "none">;
};

/** Alarms with their impact on people, and a dashboard with the state of a bridge. */
export class Monitoring extends Construct {
  /** The topics of the alarms. A chat or a pager can also subscribe to them. */
  readonly topics: AlarmTopics["of"];
  readonly dashboardName: string | undefined;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const watched = { ...props.watched, namespace: Stack.of(this).stackName };
    const read = readerOf(watched.namespace);

    this.topics = new AlarmTopics(this, "Topics", props).of;
    new LineFilters(this, "LineFilters", watched);
    const alarms = new BridgeAlarms(this, "AlarmSet", {
      rows: alarmRows(watched, read),
      actions: {
        urgent: new SnsAction(this.topics.urgent),
        "next-day": new SnsAction(this.topics["next-day"]),
      },
    });
    if (props.level === "alarms") return;
    const dashboard = new BridgeDashboard(this, "Page", { watched, read, alarms: alarms.all });
    this.dashboardName = dashboard.name;
  }
}
