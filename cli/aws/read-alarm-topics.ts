import { readAnswer } from "./read-answer.ts";
import { partsIn, textsIn } from "./signed-calls.ts";
import type { SignedCalls } from "./signed-calls.ts";
import type { StackResource } from "./stack-resources.ts";

/** A topic of a stack, and how many of its subscriptions get messages. */
export type AlarmTopic = {
  readonly arn: string;
  readonly confirmed: number;
  /** They get no message until the owner of the address confirms. */
  readonly pending: number;
};

/** Every topic of a stack. The addresses of the subscriptions stay with AWS. */
export async function readAlarmTopics(
  calls: SignedCalls,
  resources: readonly StackResource[],
): Promise<readonly AlarmTopic[]> {
  const topics = resources.filter(({ type }) => type === "AWS::SNS::Topic");
  return readAnswer("read the alarms' subscriptions (sns:ListSubscriptionsByTopic)", () =>
    Promise.all(
      topics.map(async ({ id: arn }) => {
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
    found.push(...partsIn(xml, "member").flatMap((member) => textsIn(member, "SubscriptionArn")));
    token = textsIn(xml, "NextToken")[0];
  } while (token !== undefined && token !== "");
  return found;
}
