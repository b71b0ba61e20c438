import { describe, expect, test } from "@jest/globals";
import { listOf, nameOf } from "./rights.ts";
import type { Statement } from "./rights.ts";
import { findResource, resourcesOf, templateOf } from "./synthesize.ts";

const template = templateOf();

describe("roles", () => {
  const ofFunctions = ["TelegramWebhook", "AmocrmWebhook", "DeliverySender", "Caretaker"];

  test("are one per function, and two of CodeDeploy's", () => {
    const roles = resourcesOf(template, "AWS::IAM::Role").map(([id]) => id.slice(0, -8));

    expect(roles).toEqual([
      ...[...ofFunctions, "RolloutCheck"].map((id) => `${id}Role`),
      "RolloutTelegramWebhookServiceRole",
      "RolloutAmocrmWebhookServiceRole",
    ]);
  });

  test("of functions have no managed policy", () => {
    for (const id of [...ofFunctions, "RolloutCheck"]) {
      const [, { Properties }] = findResource(template, "AWS::IAM::Role", `${id}Role`);
      expect(Properties).not.toHaveProperty("ManagedPolicyArns");
      expect(Properties).not.toHaveProperty("Policies");
    }
  });

  test("name every action and every resource, except for keys of files and large bodies, and versions of webhooks and check", () => {
    const policies = resourcesOf(template, "AWS::IAM::Policy").flatMap(
      ([, { Properties }]) =>
        (Properties["PolicyDocument"] as { Statement: Statement[] }).Statement,
    );
    const open = policies.filter((each) =>
      JSON.stringify([each.Action, each.Resource]).includes("*"),
    );

    expect(
      open.map(({ Action, Resource }) => [Action, listOf(Resource).map(nameOf).join(", ")]),
    ).toEqual([
      ["s3:PutObject", "BodiesBucket/bodies/*"],
      ["s3:PutObject", "BodiesBucket/bodies/*"],
      ["s3:PutObject", "MediaBucket/*"],
      ["s3:GetObject", "BodiesBucket/bodies/*, BodiesBucket/parked/*"],
      [["s3:DeleteObject", "s3:PutObject"], "BodiesBucket/parked/*"],
      ["s3:PutObject", "BodiesBucket/bodies/*"],
      ["lambda:InvokeFunction", "AmocrmWebhookFunction:*, TelegramWebhookFunction:*"],
      ["lambda:InvokeFunction", "RolloutCheckFunction, RolloutCheckFunction:*"],
      ["lambda:InvokeFunction", "RolloutCheckFunction, RolloutCheckFunction:*"],
    ]);
  });

  test("allow only this API to call the webhooks, each by its own route, and only the rule to call the caretaker", () => {
    const permissions = resourcesOf(template, "AWS::Lambda::Permission").map(
      ([, { Properties }]) => [
        nameOf(Properties["FunctionName"]),
        Properties["Principal"],
        nameOf(Properties["SourceArn"]).replace(/^.*(?=\/\*\/\*\/)/, ""),
      ],
    );

    expect(permissions).toEqual([
      ["TelegramWebhookLive", "apigateway.amazonaws.com", "/*/*/telegram"],
      ["AmocrmWebhookLive", "apigateway.amazonaws.com", "/*/*/amocrm/{scopeId}"],
      ["CaretakerLive", "events.amazonaws.com", "CaretakerScheduleRule"],
    ]);
  });
});
