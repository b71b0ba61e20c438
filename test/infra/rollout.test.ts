import { describe, expect, test } from "@jest/globals";
import { Template } from "aws-cdk-lib/assertions";
import {
  aRetainedStage,
  aStage,
  findResource,
  resourcesOf,
  stacksOf,
  templateOf,
} from "./synthesize.ts";

const template = templateOf();
const idOf = (type: string, id: string) => findResource(template, type, id)[0];
const webhooks = ["TelegramWebhook", "AmocrmWebhook"];
/** The alias with its CloudFormation attributes. */
const aliasOf = (id: string) =>
  findResource(template, "AWS::Lambda::Alias", `${id}Live`)[1] as unknown as {
    readonly Properties: Record<string, unknown>;
    readonly DependsOn?: string[];
    readonly UpdatePolicy?: Record<string, unknown>;
  };

describe("a function", () => {
  test.each([...webhooks, "DeliverySender", "Caretaker"])(
    "%s gets its events by an alias that points to the version of this deployment",
    (id) => {
      const { FunctionName, FunctionVersion, Name } = aliasOf(id).Properties as {
        FunctionName: unknown;
        FunctionVersion: { "Fn::GetAtt": [string, string] };
        Name: unknown;
      };
      const [version, attribute] = FunctionVersion["Fn::GetAtt"];
      const lambda = { Ref: idOf("AWS::Lambda::Function", `${id}Function`) };

      expect([Name, FunctionName, attribute]).toEqual(["live", lambda, "Version"]);
      expect(template.toJSON()["Resources"][version]).toMatchObject({
        Type: "AWS::Lambda::Version",
        Properties: { FunctionName: lambda },
      });
    },
  );

  test.each([
    // A rolled-back version is deleted: Lambda does not publish the same code twice, so the release could not be repeated.
    {
      stage: "a stage that retains data",
      of: templateOf(aRetainedStage),
      policy: "RetainExceptOnCreate",
    },
    { stage: "a stage that does not", of: template, policy: "Delete" },
  ])("has a deletion policy for former versions in $stage: $policy", ({ of, policy }) => {
    const versions = resourcesOf(of, "AWS::Lambda::Version");

    expect(versions).toHaveLength(4);
    for (const [, version] of versions) expect(version.DeletionPolicy).toBe(policy);
  });
});

describe("a roll-out", () => {
  test.each(webhooks)("of %s gives the new version a tenth for five minutes", (id) => {
    const [group, { Properties }] = findResource(
      template,
      "AWS::CodeDeploy::DeploymentGroup",
      `Rollout${id}`,
    );

    expect(aliasOf(id).UpdatePolicy).toEqual({
      CodeDeployLambdaAliasUpdate: {
        ApplicationName: { Ref: idOf("AWS::CodeDeploy::Application", "RolloutApplication") },
        DeploymentGroupName: { Ref: group },
        BeforeAllowTrafficHook: { Ref: idOf("AWS::Lambda::Function", "RolloutCheckFunction") },
      },
    });
    expect(Properties["DeploymentConfigName"]).toBe(
      "CodeDeployDefault.LambdaCanary10Percent5Minutes",
    );
  });

  test.each(webhooks)("of %s is rolled back on an error of the new version or of the API", (id) => {
    const [, { Properties }] = findResource(
      template,
      "AWS::CodeDeploy::DeploymentGroup",
      `Rollout${id}`,
    );
    const alarms = [`Rollout${id}Errors`, "RolloutApiErrors"];

    expect(Properties).toMatchObject({
      AlarmConfiguration: {
        Enabled: true,
        Alarms: alarms.map((alarm) => ({ Name: { Ref: idOf("AWS::CloudWatch::Alarm", alarm) } })),
      },
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST", "DEPLOYMENT_STOP_ON_ALARM"],
      },
    });
  });

  test.each(webhooks)("of %s counts only errors of the new version", (id) => {
    const [, { Properties }] = findResource(
      template,
      "AWS::CloudWatch::Alarm",
      `Rollout${id}Errors`,
    );
    const name = { Ref: idOf("AWS::Lambda::Function", `${id}Function`) };

    expect(Properties).toMatchObject({
      Namespace: "AWS/Lambda",
      MetricName: "Errors",
      Dimensions: [
        { Name: "ExecutedVersion", Value: aliasOf(id).Properties["FunctionVersion"] },
        { Name: "FunctionName", Value: name },
        { Name: "Resource", Value: { "Fn::Join": ["", [name, ":live"]] } },
      ],
      Statistic: "Sum",
      Period: 60,
      Threshold: 1,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      TreatMissingData: "notBreaching",
    });
  });

  test("notices the API's own errors within a minute", () => {
    const [, { Properties }] = findResource(template, "AWS::CloudWatch::Alarm", "RolloutApiErrors");

    expect(Properties).toMatchObject({
      Namespace: "AWS/ApiGateway",
      MetricName: "5xx",
      Dimensions: [
        { Name: "ApiId", Value: { Ref: idOf("AWS::ApiGatewayV2::Api", "WebhooksApi") } },
      ],
      Statistic: "Sum",
      Period: 60,
      Threshold: 1,
      TreatMissingData: "notBreaching",
    });
  });

  test.each(webhooks)("of %s begins after check and CodeDeploy have their permissions", (id) => {
    const policies = ["RolloutCheckRoleDefaultPolicy", `Rollout${id}ServiceRoleDefaultPolicy`];

    expect(aliasOf(id).DependsOn).toEqual(
      expect.arrayContaining(policies.map((policy) => idOf("AWS::IAM::Policy", policy))),
    );
  });

  test("of the sender and the caretaker has no steps, because they retry their work", () => {
    for (const id of ["DeliverySender", "Caretaker"]) {
      expect(aliasOf(id).UpdatePolicy).toBeUndefined();
    }
  });
});

describe("an urgent roll-out", () => {
  const [stack] = stacksOf(aStage, { "bridge:urgent": "yes" });
  if (stack === undefined) throw new Error("The stage has no stack.");
  const urgent = Template.fromStack(stack);

  test.each(webhooks)(
    "of %s is not rolled back for errors of the version that it repairs, but still runs the check",
    (id) => {
      const [group, { Properties }] = findResource(
        urgent,
        "AWS::CodeDeploy::DeploymentGroup",
        `Rollout${id}`,
      );
      const [errors] = findResource(urgent, "AWS::CloudWatch::Alarm", `Rollout${id}Errors`);
      const [check] = findResource(urgent, "AWS::Lambda::Function", "RolloutCheckFunction");
      const [, alias] = findResource(urgent, "AWS::Lambda::Alias", `${id}Live`);

      expect(Properties).toMatchObject({
        DeploymentConfigName: "CodeDeployDefault.LambdaAllAtOnce",
        AlarmConfiguration: { Alarms: [{ Name: { Ref: errors } }] },
      });
      expect(alias).toMatchObject({
        UpdatePolicy: {
          CodeDeployLambdaAliasUpdate: {
            DeploymentGroupName: { Ref: group },
            BeforeAllowTrafficHook: { Ref: check },
          },
        },
      });
    },
  );

  test("needs one exact value, and another value fails the synth", () => {
    const errorsWith = (word: string) =>
      stacksOf(aStage, { "bridge:urgent": word })
        .flatMap((each) => each.node.findAll())
        .flatMap(({ node }) => node.metadata)
        .filter(({ type }) => type === "aws:cdk:error")
        .map(({ data }) => data);

    expect(errorsWith("yes")).toEqual([]);
    expect(errorsWith("no")).toEqual([
      'The context bridge:urgent is "yes", or is not given at all.',
    ]);
  });
});

describe("the check of a roll-out", () => {
  test("gets the versions that have no traffic yet", () => {
    const [, { Properties }] = findResource(
      template,
      "AWS::Lambda::Function",
      "RolloutCheckFunction",
    );
    const newest = (id: string) => {
      const { FunctionVersion } = aliasOf(id).Properties as {
        FunctionVersion: { "Fn::GetAtt": [string] };
      };
      return { Ref: FunctionVersion["Fn::GetAtt"][0] };
    };

    expect(Properties["Environment"]).toMatchObject({
      Variables: {
        TELEGRAM_WEBHOOK_VERSION: newest("TelegramWebhook"),
        AMOCRM_WEBHOOK_VERSION: newest("AmocrmWebhook"),
      },
    });
  });
});
