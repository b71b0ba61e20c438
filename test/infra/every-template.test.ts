import { describe, expect, test } from "@jest/globals";
import { everyTemplate } from "./every-template.ts";
import { resourcesOf } from "./synthesize.ts";

type Properties = ReturnType<typeof resourcesOf>[number][1]["Properties"];
const inside = (group: string, name: string) => (properties: Properties) =>
  (properties[group] as Record<string, unknown>)[name];
const own = (name: string) => (properties: Properties) => properties[name];

/**
 * Names that are unique in an account or in all accounts, not in a region. CloudFormation chooses an
 * omitted name.
 */
const accountWideNames: Readonly<Record<string, (properties: Properties) => unknown>> = {
  "AWS::Budgets::Budget": inside("Budget", "BudgetName"),
  "AWS::CloudFront::CachePolicy": inside("CachePolicyConfig", "Name"),
  "AWS::CloudFront::Function": own("Name"),
  "AWS::CloudFront::OriginAccessControl": inside("OriginAccessControlConfig", "Name"),
  "AWS::CloudFront::OriginRequestPolicy": inside("OriginRequestPolicyConfig", "Name"),
  "AWS::CloudFront::ResponseHeadersPolicy": inside("ResponseHeadersPolicyConfig", "Name"),
  "AWS::CloudWatch::Dashboard": own("DashboardName"),
  "AWS::IAM::ManagedPolicy": own("ManagedPolicyName"),
  "AWS::IAM::Role": own("RoleName"),
  "AWS::S3::Bucket": own("BucketName"),
};

describe.each(everyTemplate)("the template of %s", (_, template, stack) => {
  const alarms = resourcesOf(template, "AWS::CloudWatch::Alarm");

  test("retains nothing after a failed creation", () => {
    const kept = resourcesOf(template).filter(([, { DeletionPolicy }]) =>
      DeletionPolicy?.startsWith("Retain"),
    );

    for (const [id, { DeletionPolicy, UpdateReplacePolicy }] of kept) {
      expect([id, DeletionPolicy, UpdateReplacePolicy]).toEqual([
        id,
        "RetainExceptOnCreate",
        "Retain",
      ]);
    }
  });

  test("has no alarm with FILL, which hides late datapoints", () => {
    const expressions = alarms.flatMap(([, { Properties }]) =>
      ((Properties["Metrics"] ?? []) as { readonly Expression?: string }[]).flatMap(
        ({ Expression }) => Expression ?? [],
      ),
    );

    expect(expressions.filter((each) => /FILL/i.test(each))).toEqual([]);
    // Of functions only IF: AWS advises against those that read a whole time series in an alarm.
    const called = expressions.flatMap((each) => each.match(/[A-Z_]+(?=\()/g) ?? []);
    expect(called.filter((name) => name !== "IF")).toEqual([]);
  });

  test("does not name AWS's key for SNS, with which no alarm would arrive", () => {
    expect(JSON.stringify(template.toJSON())).not.toContain("alias/aws/sns");
  });

  test("has no alarm without a rule for missing data", () => {
    for (const [id, { Properties }] of alarms) {
      expect([id, Properties["TreatMissingData"]]).toEqual([
        id,
        expect.stringMatching(/^(notBreaching|breaching)$/),
      ]);
    }
  });

  test("names nothing of the whole account without its region", () => {
    const names = Object.entries(accountWideNames).flatMap(([type, nameOf]) =>
      resourcesOf(template, type).map(([id, { Properties }]) => [id, nameOf(Properties)] as const),
    );

    expect(
      names.filter(
        ([, name]) => name !== undefined && !JSON.stringify(name).includes(stack.region),
      ),
    ).toEqual([]);
  });

  test("uses the access log's ARN in API Gateway's form", () => {
    for (const [, { Properties }] of resourcesOf(template, "AWS::ApiGatewayV2::Stage")) {
      const { DestinationArn } = Properties["AccessLogSettings"] as { DestinationArn: unknown };
      const text = JSON.stringify(DestinationArn);

      expect(text).not.toMatch(/Fn::GetAtt|:\*/);
      expect(text).toMatch(/:logs:.*:log-group:.*"Ref":"WebhooksAccessLines/);
    }
  });
});
