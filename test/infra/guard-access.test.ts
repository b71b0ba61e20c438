import { describe, expect, test } from "@jest/globals";
import { anArn, brokenBy, propertiesOf, statementsOf } from "./broken-templates.ts";
import type { Template } from "./broken-templates.ts";

describe.each(["TelegramWebhookRole", "AmocrmWebhookRole"])(
  "the role of a webhook, %s,",
  (role) => {
    const adding = (statement: object) => (template: Template) =>
      statementsOf(template, role).push({ Effect: "Allow", Resource: anArn, ...statement });

    test.each([
      { right: "read the table", statement: { Action: "dynamodb:GetItem" } },
      {
        right: "read as one of several actions",
        statement: { Action: ["sqs:SendMessage", "dynamodb:Query"] },
      },
      { right: "take from a queue", statement: { Action: "sqs:ReceiveMessage" } },
      { right: "do anything", statement: { Action: "*" } },
      { right: "send anywhere", statement: { Action: "sqs:SendMessage", Resource: "*" } },
      { right: "put anything", statement: { Action: "dynamodb:PutItem" } },
      { right: "put any object", statement: { Action: "s3:PutObject" } },
      {
        right: "put objects of parked events",
        statement: {
          Action: "s3:PutObject",
          Resource: {
            "Fn::Join": ["", [{ "Fn::GetAtt": ["BodiesBucket7CDFEDE9", "Arn"] }, "/parked/*"]],
          },
        },
      },
      {
        right: "put into the ledger",
        statement: {
          Action: "dynamodb:PutItem",
          Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["tg:*"] } },
        },
      },
      {
        right: "read two secrets",
        statement: {
          Action: "secretsmanager:GetSecretValue",
          Resource: ["SecretsTelegramBotTokenB0D83045", "SecretsAmocrmChannelA32BBEB9"].map(
            (Ref) => ({ Ref }),
          ),
        },
      },
      {
        right: "do all actions except some",
        statement: { NotAction: "sqs:DeleteQueue" },
      },
    ])("may not $right", ({ statement }) => {
      expect(brokenBy(adding(statement))).toEqual(["ingest_only_sends_verifies_spools_and_logs"]);
    });

    test.each([
      { way: "a managed policy", property: { ManagedPolicyArns: ["arn:aws:iam::aws:policy/A"] } },
      {
        way: "a policy within the role",
        property: {
          Policies: [
            {
              PolicyName: "more",
              PolicyDocument: {
                Version: "2012-10-17",
                Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: anArn }],
              },
            },
          ],
        },
      },
    ])("gets no rights by $way", ({ property }) => {
      expect(
        brokenBy((template) =>
          Object.assign(propertiesOf(template, "AWS::IAM::Role", role), property),
        ),
      ).toEqual(["ingest_has_no_rights_beside_its_policy"]);
    });
  },
);

describe("a public bucket", () => {
  const bucket = (template: Template) => propertiesOf(template, "AWS::S3::Bucket", "MediaBucket");
  const policy = (template: Template) =>
    propertiesOf(template, "AWS::S3::BucketPolicy", "MediaBucket").PolicyDocument.Statement;

  test.each([
    ...["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"].map(
      (gate) => ({
        how: `${gate} is off`,
        change: (template: Template) =>
          Object.assign(bucket(template).PublicAccessBlockConfiguration ?? {}, { [gate]: false }),
      }),
    ),
    {
      how: "nothing is blocked",
      change: (template: Template) => delete bucket(template).PublicAccessBlockConfiguration,
    },
    {
      how: "it is a website",
      change: (template: Template) =>
        (bucket(template)["WebsiteConfiguration"] = { IndexDocument: "index.html" }),
    },
  ])("is refused when $how", ({ change }) => {
    expect(brokenBy(change)).toEqual(["no_public_bucket"]);
  });

  test.each(["*", { AWS: "*" }, { AWS: ["*"] }])("is refused when %j may read", (Principal) => {
    expect(
      brokenBy((template) =>
        policy(template).push({
          Effect: "Allow",
          Action: "s3:GetObject",
          Resource: "arn:aws:s3:::b/*",
          Principal,
        }),
      ),
    ).toEqual(["no_bucket_for_everybody"]);
  });

  test("is not the result of a policy that only denies", () => {
    expect(
      brokenBy((template) => {
        const statements = policy(template);
        statements.splice(
          statements.findIndex((each) => JSON.stringify(each).includes('"Allow"')),
          1,
        );
      }),
    ).toEqual([]);
  });
});
