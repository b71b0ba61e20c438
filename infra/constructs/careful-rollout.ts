import { Annotations, Duration, Stack, Validations } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import {
  LambdaApplication,
  LambdaDeploymentConfig,
  LambdaDeploymentGroup,
} from "aws-cdk-lib/aws-codedeploy";
import type { CfnFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { BridgeFunction } from "./bridge-function.ts";

/** The functions of the roll-out, and the sources of its verdict. */
export type CarefulRolloutProps = {
  /** The functions that must not lose an event, by the construct id of their roll-out. */
  readonly functions: Readonly<Record<string, BridgeFunction>>;
  /** Decides before the new version gets any traffic. */
  readonly check: BridgeFunction;
  /** Decides while the new version gets a tenth of the traffic. */
  readonly api: HttpApi;
};

/**
 * Gives new versions of the webhooks their traffic in steps: none before the check has passed, a tenth
 * for five minutes, then all. Any error brings the old version back. amoCRM sends a hook once, so a
 * broken new version must receive few hooks.
 */
export class CarefulRollout extends Construct {
  constructor(scope: Construct, id: string, props: CarefulRolloutProps) {
    super(scope, id);
    const { functions, check, api } = props;
    const urgent = isUrgent(this);
    const application = new LambdaApplication(this, "Application");
    const refusals = rollbackAlarm(this, "ApiErrors", {
      what: "the API has answered a webhook with an error",
      metric: api.metricServerError({ period: Duration.minutes(1), statistic: "Sum" }),
    });
    for (const [functionId, each] of Object.entries(functions)) {
      const errors = rollbackAlarm(this, `${functionId}Errors`, {
        what: `the new version of ${functionId} has crashed`,
        metric: errorsOfNewVersion(each),
      });
      const group = new LambdaDeploymentGroup(this, functionId, {
        application,
        alias: each.live,
        deploymentConfig: urgent
          ? LambdaDeploymentConfig.ALL_AT_ONCE
          : LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
        preHook: check.function,
        alarms: urgent ? [errors] : [errors, refusals],
        autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: true },
      });
      // The roll-out starts when the alias changes. By then both roles must have their permissions.
      each.live.node.addDependency(group, check);
      acknowledgeFindings(group, check);
    }
  }
}

/**
 * True when the release repairs webhooks that answer with errors now. The API also counts the old
 * version's errors, and they would roll the repair back. So the new version gets all traffic once the
 * check has passed.
 */
function isUrgent(scope: Construct): boolean {
  const given: unknown = scope.node.tryGetContext("bridge:urgent");
  if (given !== undefined && given !== "yes") {
    Annotations.of(scope).addError('The context bridge:urgent is "yes", or is not given at all.');
  }
  return given === "yes";
}

function rollbackAlarm(
  scope: Construct,
  id: string,
  { what, metric }: { readonly what: string; readonly metric: IMetric },
): Alarm {
  return new Alarm(scope, id, {
    alarmDescription: `During a roll-out, this alarm restores the old version: ${what}.`,
    metric,
    threshold: 1,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}

/**
 * Counts only errors of the new version while the alias points to two versions. Errors of the old
 * version are no reason to go back to it.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics.html
 */
function errorsOfNewVersion({ function: lambda, live }: BridgeFunction): Metric {
  return new Metric({
    namespace: "AWS/Lambda",
    metricName: "Errors",
    dimensionsMap: {
      FunctionName: lambda.functionName,
      Resource: `${lambda.functionName}:${live.aliasName}`,
      ExecutedVersion: live.version.version,
    },
    period: Duration.minutes(1),
    statistic: "Sum",
  });
}

function acknowledgeFindings(group: LambdaDeploymentGroup, check: BridgeFunction): void {
  const checkId = Stack.of(check).getLogicalId(check.function.node.defaultChild as CfnFunction);
  Validations.of(group).acknowledge(
    {
      id: "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]",
      reason: "AWS's policy for CodeDeploy: it moves aliases and reads alarms.",
    },
    {
      id: `AwsSolutions-IAM5[Resource::<${checkId}.Arn>:*]`,
      reason: "CodeDeploy calls any version of the check; the check has no other caller.",
    },
  );
}
