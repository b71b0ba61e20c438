import { Stack, Validations } from "aws-cdk-lib";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import type { Severity } from "./alarm-row.ts";

/** The settings of both topics. */
export type AlarmTopicsProps = {
  /** Receives every alarm, once its owner has confirmed the subscription of each topic. */
  readonly alarmEmail: string | undefined;
  /**
   * The team's own key. AWS's key for SNS does not let CloudWatch publish, and its policy cannot be
   * changed, so without an own key the topics are not encrypted.
   */
  readonly alarmKeyArn: string | undefined;
};

/** A topic for each severity, so that a team can send urgent alarms to a pager and the others to a chat. */
export class AlarmTopics extends Construct {
  readonly of: Readonly<Record<Severity, Topic>>;

  constructor(scope: Construct, id: string, props: AlarmTopicsProps) {
    super(scope, id);
    const { alarmEmail, alarmKeyArn } = props;
    const key = alarmKeyArn === undefined ? undefined : Key.fromKeyArn(this, "Key", alarmKeyArn);
    const add = (topicId: string) => {
      const topic = new Topic(this, topicId, {
        enforceSSL: true,
        ...(key === undefined ? {} : { masterKey: key }),
      });
      allowAlarms(topic);
      if (alarmEmail !== undefined) subscribe(topic, alarmEmail);
      return topic;
    };
    this.of = { urgent: add("Urgent"), "next-day": add("NextDay") };
  }
}

/** A topic with its own policy loses the default policy, which let in the alarms of its account. */
function allowAlarms(topic: Topic): void {
  topic.grantPublish(
    new ServicePrincipal("cloudwatch.amazonaws.com", {
      conditions: { StringEquals: { "aws:SourceAccount": Stack.of(topic).account } },
    }),
  );
}

function subscribe(topic: Topic, address: string): void {
  const subscription = topic.addSubscription(new EmailSubscription(address));
  Validations.of(subscription).acknowledge({
    id: "Serverless-SNSRedrivePolicy",
    reason: "A lost e-mail loses no alarm: the alarm stays, and the dashboard shows it.",
  });
}
