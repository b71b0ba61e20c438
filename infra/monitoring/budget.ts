import { CfnBudget } from "aws-cdk-lib/aws-budgets";
import { Construct } from "constructs";

/** The bridge of a budget, and its limit. */
export type BridgeBudgetProps = {
  readonly stage: string;
  readonly bridge: string;
  readonly monthlyUsd: number;
  readonly email: string;
};

/** Reported at these shares of the limit, in percent. */
const notices = [
  { notificationType: "ACTUAL", threshold: 80 },
  { notificationType: "FORECASTED", threshold: 100 },
] as const;

/**
 * A monthly budget for the costs with the tags of one bridge. Its mails need no topic and no
 * confirmation. It counts nothing until the account that pays has activated the tags `stage` and
 * `bridge` as cost allocation tags. It has no name of its own: CloudFormation replaces it when the
 * address changes, and a second budget of the same name is refused.
 * @see https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html
 */
export class BridgeBudget extends Construct {
  constructor(scope: Construct, id: string, props: BridgeBudgetProps) {
    super(scope, id);
    const { stage, bridge, monthlyUsd, email } = props;
    const tagged = Object.entries({ stage, bridge });
    new CfnBudget(this, "Budget", {
      budget: {
        budgetType: "COST",
        timeUnit: "MONTHLY",
        budgetLimit: { amount: monthlyUsd, unit: "USD" },
        filterExpression: {
          and: tagged.map(([key, value]) => ({ tags: { key, values: [value] } })),
        },
        metrics: ["UnblendedCost"],
      },
      notificationsWithSubscribers: notices.map((notice) => ({
        notification: {
          ...notice,
          thresholdType: "PERCENTAGE",
          comparisonOperator: "GREATER_THAN",
        },
        subscribers: [{ subscriptionType: "EMAIL", address: email }],
      })),
    });
  }
}
