import { Duration, Validations } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { EventInvokeConfig } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { BridgeFunction } from "./bridge-function.ts";

const whyNothingIsLost =
  "The event only means that a minute has passed; the next run does the work of a missed one.";

/**
 * Runs a function every minute. The schedule does not retry a run, because
 * the next run follows soon.
 */
export class MinuteSchedule extends Construct {
  constructor(scope: Construct, id: string, props: { readonly target: BridgeFunction }) {
    super(scope, id);
    const once = { retryAttempts: 0, maxEventAge: Duration.minutes(1) };
    const rule = new Rule(this, "Rule", {
      description: `Runs ${props.target.node.id} every minute`,
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(props.target.live, once)],
    });
    Validations.of(rule).acknowledge({
      id: "Serverless-EventBusDLQ",
      reason: whyNothingIsLost,
    });
    // Otherwise Lambda's own retries would run at the same time as the runs of the next two minutes.
    const { function: lambda, live } = props.target;
    const qualifier = live.aliasName;
    const invocation = new EventInvokeConfig(this, "Invocation", {
      function: lambda,
      qualifier,
      ...once,
    });
    invocation.node.addDependency(live);
    Validations.of(invocation).acknowledge({
      id: "Serverless-LambdaAsyncFailureDestination",
      reason: whyNothingIsLost,
    });
  }
}
