import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import { signHook } from "../../lambdas/amocrm/webhook/signature.ts";
import { resourcesOf } from "./synthesize.ts";

/** CloudFormation's types, as the CDK knows them, accept it: a wrong name or form makes this throw. */
function recipe(): Template {
  const stack = new Stack(new App(), "Flood");
  const templateFile = fileURLToPath(new URL("../../docs/flood.yaml", import.meta.url));
  new CfnInclude(stack, "Recipe", { templateFile });
  return Template.fromStack(stack);
}

/** Every statement of the web ACL's rules, at any depth. */
function statementsIn(value: unknown): readonly Record<string, unknown>[] {
  if (typeof value !== "object" || value === null) return [];
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(statementsIn)];
}

test("the recipe against floods is a distribution with a web ACL of CloudFront's scope", () => {
  const template = recipe();

  template.hasResourceProperties("AWS::WAFv2::WebACL", { Scope: "CLOUDFRONT" });
  template.hasResourceProperties("AWS::CloudFront::Distribution", {
    DistributionConfig: { WebACLId: { "Fn::GetAtt": "Acl.Arn" } },
  });
});

const [[, acl] = ["", { Properties: {} }]] = resourcesOf(recipe(), "AWS::WAFv2::WebACL");
const statements = statementsIn(acl.Properties);

test("the recipe lets every genuine request pass: it asks for the headers that the webhooks read", () => {
  const both = statements.flatMap(({ AndStatement }) => AndStatement ?? []);

  const signature = signHook("{}", "0".repeat(40));
  expect(both).toMatchObject([
    {
      Statements: [
        onPath("STARTS_WITH", "/amocrm/"),
        onHeader("x-signature", "EQ", signature.length),
      ],
    },
    {
      Statements: [
        onPath("EXACTLY", "/telegram"),
        onHeader("x-telegram-bot-api-secret-token", "GE", 1),
      ],
    },
  ]);
});

test("the recipe counts the requests of an address over five minutes", () => {
  expect(statements.flatMap(({ RateBasedStatement }) => RateBasedStatement ?? [])).toEqual([
    { AggregateKeyType: "IP", EvaluationWindowSec: 300, Limit: { Ref: "RequestsPerFiveMinutes" } },
  ]);
});

function onPath(PositionalConstraint: string, SearchString: string) {
  return {
    ByteMatchStatement: { FieldToMatch: { UriPath: {} }, PositionalConstraint, SearchString },
  };
}

function onHeader(Name: string, ComparisonOperator: string, Size: number) {
  return {
    SizeConstraintStatement: {
      FieldToMatch: { SingleHeader: { Name } },
      ComparisonOperator,
      Size,
    },
  };
}
