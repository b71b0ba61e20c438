import { describe, expect, test } from "@jest/globals";
import { Template } from "aws-cdk-lib/assertions";
import {
  aBridge,
  aMonitoredStage,
  aRetainedStage,
  aStage,
  resourcesOf,
  stacksOf,
  templateOf,
} from "./synthesize.ts";

const twoBridges = {
  ...aStage,
  bridges: { main: aBridge, second: { ...aBridge, telegram: { botId: "654321" } } },
};
const dataTypes = [
  "AWS::DynamoDB::Table",
  "AWS::SecretsManager::Secret",
  "AWS::S3::Bucket",
  "AWS::SQS::Queue",
  "AWS::Logs::LogGroup",
];
/**
 * Ids in order. CDK puts the stack's name into the ids of permissions, and the content of a version into
 * its id, so this uses their types instead.
 */
const shapeOf = (template: Template) =>
  resourcesOf(template).map(([id, { Type }]) =>
    ["AWS::Lambda::Permission", "AWS::Lambda::Version"].includes(Type) ? Type : id,
  );
const dataOf = (template: Template) =>
  resourcesOf(template).filter(([, resource]) => dataTypes.includes(resource.Type));

describe("a stage", () => {
  test("has a stack per bridge, named after both", () => {
    const stacks = stacksOf(twoBridges);

    expect(stacks.map((stack) => stack.stackName)).toEqual([
      "test-main-telegram-bridge",
      "test-second-telegram-bridge",
    ]);
    expect(stacks.map((stack) => stack.node.path)).toEqual(["test/main", "test/second"]);
  });

  test("goes to its region, and to its account when it has one", () => {
    const [anywhere] = stacksOf();
    const [somewhere] = stacksOf({ ...aStage, account: "123456789012" });

    expect(anywhere?.environment).toBe("aws://unknown-account/eu-central-1");
    expect(somewhere?.environment).toBe("aws://123456789012/eu-central-1");
  });

  test("gives its bridges the same structure and no shared resource", () => {
    const [main, second] = stacksOf(twoBridges).map((stack) => Template.fromStack(stack));
    if (main === undefined || second === undefined) throw new Error("A stack is missing.");

    expect(JSON.stringify(second.toJSON())).not.toContain("ImportValue");
    expect(shapeOf(second)).toEqual(shapeOf(main));
  });

  test("tags its resources with service, stage, bridge, team and data class", () => {
    const template = templateOf({ ...aStage, owner: "customer-care" });
    const classOf: Readonly<Record<string, string>> = {
      "AWS::SecretsManager::Secret": "secret",
      "AWS::Logs::LogGroup": "technical",
    };

    for (const [, { Type, Properties }] of dataOf(template)) {
      expect(Properties["Tags"]).toEqual([
        { Key: "bridge", Value: "main" },
        { Key: "data-class", Value: classOf[Type] ?? "personal" },
        { Key: "owner", Value: "customer-care" },
        { Key: "service", Value: "amocrm-telegram-bridge" },
        { Key: "stage", Value: "test" },
      ]);
    }
    expect(template.toJSON()["Description"]).toMatch(/bridge main, stage test/);
  });

  test("tags every resource that can have tags", () => {
    const unmarked = resourcesOf(templateOf(aMonitoredStage))
      .filter(([, { Properties }]) => !JSON.stringify(Properties?.["Tags"] ?? {}).includes("stage"))
      .map(([, { Type }]) => Type);

    expect([...new Set(unmarked)].toSorted()).toEqual([
      "AWS::ApiGatewayV2::Integration",
      "AWS::ApiGatewayV2::Route",
      "AWS::CloudFront::OriginAccessControl",
      "AWS::CloudFront::ResponseHeadersPolicy",
      "AWS::IAM::Policy",
      "AWS::Lambda::Alias",
      "AWS::Lambda::EventInvokeConfig",
      "AWS::Lambda::Permission",
      "AWS::Lambda::Version",
      "AWS::Logs::MetricFilter",
      "AWS::S3::BucketPolicy",
      "AWS::SNS::TopicPolicy",
      "AWS::SQS::QueuePolicy",
    ]);
  });

  test("tags every resource with the company's own tags where it has the bridge's", () => {
    const tags = { CostCenter: "4711" };
    const tagged = resourcesOf(templateOf({ ...aStage, monitoring: "full", tags }))
      .map(([id, { Properties }]) => [id, JSON.stringify(Properties?.["Tags"] ?? {})] as const)
      .filter(([, tags]) => tags.includes("amocrm-telegram-bridge"));

    expect(tagged.length).toBeGreaterThan(60);
    expect(tagged.filter(([, tags]) => !tags.includes("CostCenter"))).toEqual([]);
    for (const stack of stacksOf({ ...aStage, tags: { CostCenter: "4711" } })) {
      expect(stack.tags.tagValues()).toMatchObject({ CostCenter: "4711", stage: "test" });
    }
  });

  test("gives every role the account's permissions boundary, if it has one", () => {
    const roles = resourcesOf(
      templateOf({ ...aStage, permissionsBoundary: "bridge-limit" }),
      "AWS::IAM::Role",
    );

    expect(roles).toHaveLength(7);
    for (const [, { Properties }] of roles) {
      expect(JSON.stringify(Properties["PermissionsBoundary"])).toContain(":policy/bridge-limit");
    }
  });

  test("keeps logs for its number of days", () => {
    const template = templateOf({ ...aStage, logDays: 14 });

    template.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 14 });
  });

  test.each([true, false])("logs accepted webhooks as set: %s", (logAccepted) => {
    const webhooks = resourcesOf(
      templateOf({ ...aStage, logAccepted }),
      "AWS::Lambda::Function",
    ).filter(([id]) => /^(Telegram|Amocrm)Webhook/.test(id));

    expect(webhooks).toHaveLength(2);
    for (const [, { Properties }] of webhooks) {
      const ApplicationLogLevel = logAccepted ? "INFO" : "WARN";
      expect(Properties["LoggingConfig"]).toMatchObject({ ApplicationLogLevel });
    }
  });
});

describe("a stage that retains its data", () => {
  const stage = aRetainedStage;

  test("keeps tables, secrets, files, queues and logs when a stack is deleted or a resource replaced", () => {
    const kept = dataOf(templateOf(stage));

    expect(kept).toHaveLength(19);
    for (const [, resource] of kept) {
      expect(resource).toMatchObject({
        DeletionPolicy: "RetainExceptOnCreate",
        UpdateReplacePolicy: "Retain",
      });
    }
  });

  test("forbids a purge of a queue, in the queue's own policy", () => {
    const template = templateOf(stage);
    const purges = (from: Template) =>
      resourcesOf(from, "AWS::SQS::QueuePolicy").flatMap(([, { Properties }]) => {
        const { Statement } = Properties["PolicyDocument"] as { Statement: { Action: string }[] };
        return Statement.filter(({ Action }) => Action === "sqs:PurgeQueue");
      });
    const refused = resourcesOf(template, "AWS::SQS::Queue").map(([id]) => ({
      Sid: "NobodyPurges",
      Effect: "Deny",
      Principal: { AWS: "*" },
      Action: "sqs:PurgeQueue",
      Resource: { "Fn::GetAtt": [id, "Arn"] },
    }));

    expect(refused).toHaveLength(4);
    expect(purges(template)).toEqual(expect.arrayContaining(refused));
    expect(purges(templateOf())).toEqual([]);
  });

  test.each([true, false])(
    "protects its tables and its stack from deletion as set: protect %s",
    (protect) => {
      const [stack] = stacksOf({ ...stage, protect });
      if (stack === undefined) throw new Error("The stage has no stack.");
      const template = Template.fromStack(stack);

      template.allResourcesProperties("AWS::DynamoDB::Table", {
        DeletionProtectionEnabled: protect,
      });
      expect(stack.terminationProtection).toBe(protect);
      expect(template.toJSON()["Outputs"]).toMatchObject({
        Protected: { Value: protect ? "yes" : "no" },
      });
    },
  );

  test.each([
    { of: "an unprotected stage", settings: {}, warnings: 1 },
    { of: "a protected stage", settings: { protect: true }, warnings: 0 },
    { of: "a stage without retained data", settings: { retainData: false }, warnings: 0 },
  ])(
    "gets $warnings warnings at synth that one command can delete it: $of",
    ({ settings, warnings }) => {
      const said = stacksOf({ ...stage, ...settings })
        .flatMap(({ node }) => node.metadata)
        .filter(({ type }) => type === "aws:cdk:warning")
        .map(({ data }) => String(data));

      expect(said).toHaveLength(warnings);
      for (const warning of said) {
        expect(warning).toContain('set protect: true for stage "test" in infra/stages.ts');
      }
    },
  );
});

describe("a stage that does not retain its data", () => {
  test("leaves only customers' files, which expire", () => {
    for (const [, resource] of dataOf(templateOf())) {
      const isBucket = resource.Type === "AWS::S3::Bucket";
      expect(resource.DeletionPolicy).toBe(isBucket ? "RetainExceptOnCreate" : "Delete");
    }
    templateOf().allResourcesProperties("AWS::DynamoDB::Table", {
      DeletionProtectionEnabled: false,
    });
  });
});
