import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  anArn,
  brokenBy,
  brokenByGood,
  good,
  propertiesOf,
  statementsOf,
} from "./broken-templates.ts";
import type { Template } from "./broken-templates.ts";
import { aCheckout, synthesize } from "./checkout.ts";

/** Secrets in their real formats. They give no access. */
const token = `1000000001:AA${"x".repeat(33)}`;
const channelSecret = "0123456789abcdef0123456789abcdef01234567";
const longLived = "eyJ0eXAiOiJKV1QifQ.eyJleHAiOjE3MDAwMDAwMDB9.signature";

test("our template violates no rule", () => {
  expect(brokenByGood).toEqual([]);
});

test.each([
  { what: "no properties", resource: {} },
  { what: "no property", resource: { Properties: {} } },
  {
    what: "empty lists and objects",
    resource: { Properties: { Tags: [], A: { B: {}, C: [[]] } } },
  },
])("a resource with $what violates no rule", ({ resource }) => {
  const topic = {
    Type: "AWS::SNS::Topic",
    ...resource,
  } as unknown as Template["Resources"][string];

  expect(brokenBy((template) => (template.Resources["Topic"] = topic))).toEqual([]);
});

test("the rules check deeper levels than our templates have", () => {
  const depthOf = (value: unknown): number =>
    typeof value === "object" && value !== null
      ? 1 + Math.max(0, ...Object.values(value).map(depthOf))
      : 0;
  const rules = readFileSync(
    new URL("../../infra/policy/no-secrets.guard", import.meta.url),
    "utf8",
  );
  const starsAfter = (path: string) =>
    (rules.match(new RegExp(`${path}((?:\\.\\*)+)`))?.[1] ?? "").length / 2;

  const deepest = Object.values(good.Resources).map(({ Properties }) => depthOf(Properties ?? {}));
  expect(Math.max(...deepest)).toBeLessThanOrEqual(starsAfter("Properties"));
  expect(depthOf(good.Outputs)).toBeLessThanOrEqual(starsAfter("Outputs"));
});

describe("a secret in a template:", () => {
  const variables = (template: Template) =>
    propertiesOf(template, "AWS::Lambda::Function", "DeliverySender").Environment.Variables;

  test.each([
    { what: "a bot's token", value: token },
    { what: "a channel's secret", value: channelSecret },
    { what: "a long-lived token", value: longLived },
    { what: "an access key", value: "AKIAIOSFODNN7EXAMPLE" },
    { what: "a token inside an address", value: `https://api.telegram.org/bot${token}/getMe` },
    { what: "a secret inside JSON", value: JSON.stringify({ secret: channelSecret }) },
  ])("$what in a variable is refused", ({ value }) => {
    expect(brokenBy((template) => (variables(template)["TEXTS"] = value))).toEqual([
      "no_secret_in_a_property",
    ]);
  });

  test.each([
    {
      where: "a tag",
      change: (template: Template) =>
        Object.assign(propertiesOf(template, "AWS::SQS::Queue", "ToAmocrmQueue").Tags[0] ?? {}, {
          Value: token,
        }),
    },
    {
      where: "a condition, joined from parts",
      change: (template: Template) =>
        statementsOf(template, "DeliverySenderRole").push({
          Effect: "Allow",
          Action: "sqs:SendMessage",
          Resource: anArn,
          Condition: { StringEquals: { "aws:x": [{ "Fn::Join": ["", ["a", channelSecret]] }] } },
        }),
    },
    {
      where: "a description",
      change: (template: Template) =>
        (propertiesOf(template, "AWS::Lambda::Function", "Caretaker")["Description"] = longLived),
    },
  ])("in $where is refused", ({ change }) => {
    expect(brokenBy(change)).toEqual(["no_secret_in_a_property"]);
  });

  test("in an output is refused", () => {
    const Value = { "Fn::Join": ["", ["https://", { Ref: "AWS::Region" }, `/bot${token}`]] };

    expect(brokenBy((template) => (template.Outputs["Bot"] = { Value }))).toEqual([
      "no_secret_in_an_output",
    ]);
  });

  test("in the default of a parameter is refused", () => {
    expect(
      brokenBy((template) => {
        template.Parameters["Bot"] = { Type: "String", Default: token };
        template.Outputs["Bot"] = { Value: { Ref: "Bot" } };
      }),
    ).toEqual(["no_secret_in_a_parameter"]);
  });

  test("as the value of a secret is refused", () => {
    expect(
      brokenBy((template) => {
        const secret = propertiesOf(
          template,
          "AWS::SecretsManager::Secret",
          "SecretsAmocrmChannel",
        );
        delete secret["GenerateSecretString"];
        secret["SecretString"] = "short";
      }),
    ).toEqual(["no_value_of_a_secret"]);
  });
});

describe("every synth", () => {
  let checkout: string;
  beforeAll(() => {
    checkout = aCheckout();
  });
  afterAll(() => rmSync(checkout, { recursive: true }));

  test("fails on a token in the stages", () => {
    const path = join(checkout, "infra/stages.ts");
    const text = readFileSync(path, "utf8");
    const wrong = text.replace(
      'operatorLanguage: "ru",',
      `operatorLanguage: "ru", texts: { ru: { greeting: "${token}" } },`,
    );
    writeFileSync(path, wrong);

    const { status, stderr } = synthesize(checkout, "wrong.out");

    expect(wrong).not.toBe(text);
    expect(status).toBe(1);
    expect(stderr).toContain("no_secret_in_a_property");
    expect(stderr).not.toContain(token);
  });
});
