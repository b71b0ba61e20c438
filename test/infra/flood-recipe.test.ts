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

test("the recipe lets every genuine request pass: it asks for the headers that the webhooks read", () => {
  const [[, acl] = ["", { Properties: {} }]] = resourcesOf(recipe(), "AWS::WAFv2::WebACL");
  const sizes = statementsIn(acl.Properties)
    .map(({ SizeConstraintStatement }) => SizeConstraintStatement)
    .filter((statement) => statement !== undefined);

  const signature = signHook("{}", "0".repeat(40));
  expect(sizes).toMatchObject([
    {
      FieldToMatch: { SingleHeader: { Name: "x-signature" } },
      ComparisonOperator: "EQ",
      Size: signature.length,
    },
    {
      FieldToMatch: { SingleHeader: { Name: "x-telegram-bot-api-secret-token" } },
      ComparisonOperator: "GE",
      Size: 1,
    },
  ]);
});
