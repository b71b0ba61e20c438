import { Stack, Validations } from "aws-cdk-lib";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import { alarmRows } from "./alarm-rows.ts";
import { BridgeAlarms } from "./alarms.ts";
import { BridgeDashboard } from "./dashboard.ts";
import { LineFilters } from "./line-filters.ts";
import { readerOf } from "./watched.ts";
import type { Watched } from "./watched.ts";

/** Alarms with their impact on people, and a dashboard with the state of a bridge. */
export class Monitoring extends Construct {
  /** The topic of the alarms. A chat or a pager can also subscribe to it. */
  readonly topic: Topic;
  readonly dashboardName: string;

  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly watched: Omit<Watched, "namespace">;
      /** Receives every alarm, once the owner of the address has confirmed the subscription. */
      readonly alarmEmail?: string | undefined;
    },
  ) {
    super(scope, id);
    const { stackName, account } = Stack.of(this);
    const watched = { ...props.watched, namespace: stackName };
    const read = readerOf(watched.namespace);

    this.topic = new Topic(this, "Alarms", { enforceSSL: true });
    // A topic with its own policy loses the default policy, which let in the alarms of its account.
    this.topic.grantPublish(
      new ServicePrincipal("cloudwatch.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": account } },
      }),
    );
    if (props.alarmEmail !== undefined) {
      const subscription = this.topic.addSubscription(new EmailSubscription(props.alarmEmail));
      Validations.of(subscription).acknowledge({
        id: "Serverless-SNSRedrivePolicy",
        reason: "A lost e-mail loses no alarm: the alarm stays, and the dashboard shows it.",
      });
    }

    new LineFilters(this, "LineFilters", watched);
    const action = new SnsAction(this.topic);
    const alarms = new BridgeAlarms(this, "AlarmSet", { rows: alarmRows(watched, read), action });
    const dashboard = new BridgeDashboard(this, "Page", { watched, read, alarms: alarms.all });
    this.dashboardName = dashboard.name;
  }
}
