import { GetEventSourceMappingCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { readStackResources } from "../aws/describe-stack.ts";
import { failedTo } from "../aws/failures.ts";
import { readPages, signedCalls, textsIn } from "../aws/signed-calls.ts";
import type { SignedCalls } from "../aws/signed-calls.ts";
import { howToDeploy, stackNameOf } from "../stage/stage.ts";
import type { AwsConfiguration, Stage } from "../stage/stage.ts";
import {
  checksOf,
  fault,
  needDeployed,
  notApplicable,
  ok,
  warning,
  notKnown,
  readFact,
} from "./check.ts";
import type { StageFacts, Fact } from "./check.ts";

/** A mapping between a queue and the sender, in Lambda's own words. */
type EventSource = { readonly id: string; readonly state: string };

type AlarmTopic = {
  readonly arn: string;
  readonly confirmed: number;
  /** They get no message until the owner of the address confirms. */
  readonly pending: number;
};

type StackFacts = {
  readonly alarmTopics: Fact<readonly AlarmTopic[]>;
  readonly eventSources: Fact<readonly EventSource[]>;
};

/** Reads the state of resources that only their services know: CloudFormation reports no drift of them. */
export async function readStack({ name, bridge, aws }: Stage): Promise<StackFacts> {
  if (bridge === undefined) {
    return {
      alarmTopics: notKnown("the laptop run has no alarms"),
      eventSources: notKnown("the laptop run reads its queues itself"),
    };
  }
  const resources = await readFact(
    async () => (await readStackResources(stackNameOf(name, bridge), aws)) ?? [],
  );
  if (!resources.known) return { alarmTopics: resources, eventSources: resources };
  const idsOf = (type: string) =>
    resources.value.filter((each) => each.type === type).map(({ id }) => id);
  const [alarmTopics, eventSources] = await Promise.all([
    readFact(() => readAlarmTopics(aws, idsOf("AWS::SNS::Topic"))),
    readFact(() => readEventSources(aws, idsOf("AWS::Lambda::EventSourceMapping"))),
  ]);
  return { alarmTopics, eventSources };
}

async function readEventSources(
  aws: AwsConfiguration,
  ids: readonly string[],
): Promise<readonly EventSource[]> {
  const client = new LambdaClient(aws);
  return Promise.all(
    ids.map(async (id) => {
      const { State = "" } = await client
        .send(new GetEventSourceMappingCommand({ UUID: id }))
        .catch(failedTo("read the senders' event sources (lambda:GetEventSourceMapping)"));
      return { id, state: State };
    }),
  );
}

/** The addresses of the subscriptions stay with AWS. */
async function readAlarmTopics(
  aws: AwsConfiguration,
  arns: readonly string[],
): Promise<readonly AlarmTopic[]> {
  const calls = signedCalls(aws);
  return Promise.all(
    arns.map(async (arn) => {
      const subscriptions = await readSubscriptions(calls, arn).catch(
        failedTo("read the alarms' subscriptions (sns:ListSubscriptionsByTopic)"),
      );
      return {
        arn,
        confirmed: subscriptions.filter((each) => each.startsWith("arn:")).length,
        pending: subscriptions.filter((each) => each === "PendingConfirmation").length,
      };
    }),
  );
}

/**
 * The ARNs of a topic's subscriptions, or the word `PendingConfirmation` in place of one.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
 */
async function readSubscriptions(calls: SignedCalls, TopicArn: string): Promise<readonly string[]> {
  const wanted = { Action: "ListSubscriptionsByTopic", Version: "2010-03-31", TopicArn };
  const pages = await readPages("NextToken", (NextToken) =>
    calls.query("sns", { ...wanted, ...(NextToken === undefined ? {} : { NextToken }) }),
  );
  return pages.flatMap((page) => textsIn(page, "SubscriptionArn"));
}

/** Checks of resources whose state a deployment does not set and drift detection does not see. */
export const stackChecks = checksOf<StageFacts & StackFacts>("AWS", [
  {
    id: "event-sources",
    title: "Lambda reads both queues: the event source mappings are enabled",
    judge({ eventSources, stage }) {
      const all = needDeployed(eventSources, stage);
      const causes = "messages wait in the queue, and no sender reads them";
      if (all.length === 0) {
        return fault("the stack has no event source mapping", causes, howToDeploy(stage));
      }
      const off = all.filter(({ state }) => !/^(Enabled|Enabling|Creating|Updating)$/.test(state));
      if (off.length > 0) {
        const says = `${off.length} of ${all.length} event source mappings: ${off[0]?.state}`;
        const enable = off.map(
          ({ id }) =>
            `aws lambda update-event-source-mapping --region ${stage.aws.region} --uuid ${id} --enabled`,
        );
        return fault(says, causes, enable.join("; "));
      }
      const changing = all.find(({ state }) => state !== "Enabled");
      if (changing === undefined) return ok(`${all.length} enabled`);
      const says = `an event source mapping has the state ${changing.state}`;
      return warning(
        says,
        `until it is enabled, ${causes}`,
        "wait a minute, then run doctor again",
      );
    },
  },
  {
    id: "alarm-mail",
    title: "every topic of the alarms has a subscriber, and each subscription is confirmed",
    judge({ alarmTopics, stage }) {
      const topics = needDeployed(alarmTopics, stage);
      if (topics.length === 0) return notApplicable("the stack has no topic for alarms");
      const subscribe = (to: typeof topics) =>
        to
          .map(
            ({ arn }) =>
              `aws sns subscribe --region ${stage.aws.region} --topic-arn ${arn} --protocol email --notification-endpoint ADDRESS`,
          )
          .join("; ");
      const waiting = topics.filter(({ pending }) => pending > 0);
      if (waiting.length > 0) {
        const count = waiting.reduce((sum, { pending }) => sum + pending, 0);
        return warning(
          `${count} subscriptions to alarms are not confirmed`,
          "these addresses get no alarm; SNS deletes a subscription that stays unconfirmed for 48 hours",
          `open the link in the mail "AWS Notification - Subscription Confirmation"; for a new mail: ${subscribe(waiting)}`,
        );
      }
      const empty = topics.filter(({ confirmed }) => confirmed === 0);
      if (empty.length === 0) {
        const count = topics.reduce((sum, { confirmed }) => sum + confirmed, 0);
        return ok(`${count} confirmed subscriptions`);
      }
      const says = `${empty.length} of ${topics.length} topics of the alarms have no subscriber`;
      // Such a stage has no customers, and need not have an address for alarms.
      if (stage.protection === undefined && empty.length === topics.length) {
        return notApplicable(says);
      }
      return warning(says, "its alarms reach no person", subscribe(empty));
    },
  },
]);
