import { GetEventSourceMappingCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { AwsConfiguration } from "../stage/stage.ts";
import type { StackResource } from "./describe-stack.ts";
import { withClient } from "./failures.ts";
import { SignedCalls, textsIn } from "./signed-calls.ts";

/** A mapping between a queue and the sender, in Lambda's own words. */
export type EventSource = { readonly id: string; readonly state: string };

/** The state of every event source mapping of a stack. */
export async function readEventSources(
  aws: AwsConfiguration,
  resources: readonly StackResource[],
): Promise<readonly EventSource[]> {
  const doing = "read the senders' event sources (lambda:GetEventSourceMapping)";
  return withClient(new LambdaClient(aws), doing, (client) =>
    Promise.all(
      idsOf(resources, "AWS::Lambda::EventSourceMapping").map(async (id) => {
        const { State = "" } = await client.send(new GetEventSourceMappingCommand({ UUID: id }));
        return { id, state: State };
      }),
    ),
  );
}

/** A topic of a stack, and how many of its subscriptions get messages. */
export type AlarmTopic = {
  readonly arn: string;
  readonly confirmed: number;
  /** They get no message until the owner of the address confirms. */
  readonly pending: number;
};

/** Every topic of a stack. The addresses of the subscriptions stay with AWS. */
export async function readAlarmTopics(
  aws: AwsConfiguration,
  resources: readonly StackResource[],
): Promise<readonly AlarmTopic[]> {
  const doing = "read the alarms' subscriptions (sns:ListSubscriptionsByTopic)";
  return withClient(new SignedCalls(aws), doing, (calls) =>
    Promise.all(
      idsOf(resources, "AWS::SNS::Topic").map(async (arn) => {
        const subscriptions = await readSubscriptions(calls, arn);
        return {
          arn,
          confirmed: subscriptions.filter((each) => each.startsWith("arn:")).length,
          pending: subscriptions.filter((each) => each === "PendingConfirmation").length,
        };
      }),
    ),
  );
}

/**
 * The ARNs of a topic's subscriptions, or the word `PendingConfirmation` in place of one.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
 */
async function readSubscriptions(calls: SignedCalls, TopicArn: string): Promise<readonly string[]> {
  const found: string[] = [];
  let token: string | undefined;
  do {
    const xml = await calls.query("sns", {
      action: "ListSubscriptionsByTopic",
      version: "2010-03-31",
      parameters: { TopicArn, ...(token === undefined ? {} : { NextToken: token }) },
    });
    found.push(...textsIn(xml, "SubscriptionArn"));
    token = textsIn(xml, "NextToken")[0];
  } while (token !== undefined && token !== "");
  return found;
}

function idsOf(resources: readonly StackResource[], type: string): readonly string[] {
  return resources.filter((each) => each.type === type).map(({ id }) => id);
}
