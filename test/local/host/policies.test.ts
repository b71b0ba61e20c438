import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { isAllowed, policyDocument, requestedAccess } from "../../../local/host/aws/access.ts";
import { aFunction, anApi, aRole, hostOf } from "./support.ts";
import type { TestHost } from "./support.ts";

const sdk = createRequire(import.meta.url);
const source = `
import { DynamoDBClient, PutItemCommand, GetItemCommand, QueryCommand } from ${JSON.stringify(sdk.resolve("@aws-sdk/client-dynamodb"))};
import { SQSClient, SendMessageCommand, ReceiveMessageCommand } from ${JSON.stringify(sdk.resolve("@aws-sdk/client-sqs"))};
import { SecretsManagerClient, GetSecretValueCommand } from ${JSON.stringify(sdk.resolve("@aws-sdk/client-secrets-manager"))};
const { TABLE: TableName, QUEUE: QueueUrl, SECRET, OTHER_SECRET } = process.env;
const dynamodb = new DynamoDBClient(), sqs = new SQSClient(), secrets = new SecretsManagerClient();
const calls = {
  put: () => dynamodb.send(new PutItemCommand({ TableName, Item: { id: { S: "1" }, kind: { S: "k" } } })),
  get: () => dynamodb.send(new GetItemCommand({ TableName, Key: { id: { S: "1" } } })),
  index: () => dynamodb.send(new QueryCommand({ TableName, IndexName: "kinds",
    KeyConditionExpression: "kind = :k", ExpressionAttributeValues: { ":k": { S: "k" } } })),
  send: () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "hello" })),
  receive: () => sqs.send(new ReceiveMessageCommand({ QueueUrl })),
  secret: () => secrets.send(new GetSecretValueCommand({ SecretId: SECRET })),
  otherSecret: () => secrets.send(new GetSecretValueCommand({ SecretId: OTHER_SECRET })),
};
export const handler = async (event) => {
  try {
    const { SecretString } = await calls[event.rawPath.slice(1)]();
    return { statusCode: 200, body: SecretString ?? "done" };
  } catch (error) {
    return { statusCode: 403, body: error.name + ": " + error.message };
  }
};`;

const arn = (logicalId: string) => ({ "Fn::GetAtt": [logicalId, "Arn"] });
const key = (name: string) => [{ AttributeName: name, KeyType: "HASH" }];

describe("role policies", () => {
  let host: TestHost;

  beforeAll(async () => {
    host = await hostOf(
      {
        Resources: {
          Table: {
            Type: "AWS::DynamoDB::Table",
            Properties: {
              KeySchema: key("id"),
              AttributeDefinitions: ["id", "kind"].map((name) => ({
                AttributeName: name,
                AttributeType: "S",
              })),
              GlobalSecondaryIndexes: [
                {
                  IndexName: "kinds",
                  KeySchema: key("kind"),
                  Projection: { ProjectionType: "ALL" },
                },
              ],
              BillingMode: "PAY_PER_REQUEST",
              TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
            },
          },
          Queue: { Type: "AWS::SQS::Queue" },
          Secret: {
            Type: "AWS::SecretsManager::Secret",
            Properties: {
              GenerateSecretString: {
                SecretStringTemplate: "{}",
                GenerateStringKey: "current",
                PasswordLength: 20,
                ExcludePunctuation: true,
              },
            },
          },
          Other: { Type: "AWS::SecretsManager::Secret", Properties: { SecretString: "other" } },
          Role: aRole({ Effect: "Allow", Action: "dynamodb:PutItem", Resource: arn("Table") }),
          Policy: {
            Type: "AWS::IAM::Policy",
            Properties: {
              Roles: [{ Ref: "Role" }],
              PolicyDocument: {
                Statement: [
                  { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: arn("Queue") },
                  { Effect: "Allow", Action: "secretsmanager:Get*", Resource: { Ref: "Secret" } },
                  {
                    Effect: "Allow",
                    Action: "dynamodb:Query",
                    Resource: { "Fn::Sub": "${Table.Arn}/index/*" },
                  },
                ],
              },
            },
          },
          Web: aFunction("web", {
            Environment: {
              Variables: {
                TABLE: { Ref: "Table" },
                QUEUE: { Ref: "Queue" },
                SECRET: { Ref: "Secret" },
                OTHER_SECRET: { Ref: "Other" },
              },
            },
          }),
          ...anApi("Web", "$default"),
        },
        Outputs: { SecretId: { Value: { Ref: "Secret" } } },
      },
      { web: source },
      { secrets: { SecretId: "given" } },
    );
  });
  afterAll(() => host.close());

  const call = async (name: string) => {
    const response = await fetch(`${host.url}/${name}`);
    return { status: response.status, body: await response.text() };
  };

  test.each(["put", "index", "send"])("allow what the role grants: %s", async (name) => {
    expect(await call(name)).toEqual({ status: 200, body: "done" });
  });

  test("give a secret the value for its output", async () => {
    expect(await call("secret")).toEqual({ status: 200, body: "given" });
  });

  test.each([
    { name: "get", action: "dynamodb:GetItem", resource: /table\/Table-\w+/ },
    { name: "receive", action: "sqs:ReceiveMessage", resource: /sqs:us-east-1:000000000000:Queue/ },
    { name: "otherSecret", action: "secretsmanager:GetSecretValue", resource: /secret:Other-/ },
  ])("refuse a missing grant as AWS does: $name", async ({ name, action, resource }) => {
    const { status, body } = await call(name);

    expect(status).toBe(403);
    expect(body).toMatch(/^AccessDeniedException: User: arn:aws:sts::.* is not authorized to/);
    expect(body).toContain(`perform: ${action} on resource: arn:aws:`);
    expect(body).toMatch(resource);
  });

  test("refuse an unknown secret output before anything starts", async () => {
    const misspelt = hostOf({ Resources: {} }, {}, { secrets: { SecertId: "x" } });

    await expect(misspelt).rejects.toThrow("no output SecertId that names a secret");
  });
});

describe("policy evaluation", () => {
  const statements = policyDocument.parse({
    Statement: [
      { Effect: "Allow", Action: "sqs:*", Resource: "arn:aws:sqs:*:*:orders-?" },
      { Effect: "Deny", Action: ["sqs:DeleteQueue"], Resource: "*" },
      {
        Effect: "Deny",
        Action: "*",
        Resource: "*",
        Condition: { Bool: { "aws:SecureTransport": false } },
      },
    ],
  }).Statement;

  test.each([
    { action: "sqs:SendMessage", resource: "arn:aws:sqs:us-east-1:1:orders-1", allowed: true },
    { action: "SQS:sendmessage", resource: "arn:aws:sqs:us-east-1:1:orders-1", allowed: true },
    { action: "sqs:SendMessage", resource: "arn:aws:sqs:us-east-1:1:orders-10", allowed: false },
    { action: "sqs:DeleteQueue", resource: "arn:aws:sqs:us-east-1:1:orders-1", allowed: false },
    { action: "dynamodb:GetItem", resource: "arn:aws:sqs:us-east-1:1:orders-1", allowed: false },
  ])("$action on $resource: $allowed", ({ action, resource, allowed }) => {
    expect(isAllowed(statements, action, resource)).toBe(allowed);
  });

  test("a statement that cannot be evaluated is refused, not ignored", () => {
    const document = { Statement: [{ Effect: "Allow", NotAction: "iam:*", Resource: "*" }] };

    expect(policyDocument.safeParse(document).success).toBe(false);
  });

  test.each([
    {
      target: "AmazonSQS.SendMessageBatch",
      input: { QueueUrl: "http://h/0/q.fifo" },
      expected: [
        { action: "sqs:SendMessage", resource: "arn:aws:sqs:us-east-1:000000000000:q.fifo" },
      ],
    },
    {
      target: "DynamoDB_20120810.BatchGetItem",
      input: { RequestItems: { a: {}, b: {} } },
      expected: [
        {
          action: "dynamodb:BatchGetItem",
          resource: "arn:aws:dynamodb:us-east-1:000000000000:table/a",
        },
        {
          action: "dynamodb:BatchGetItem",
          resource: "arn:aws:dynamodb:us-east-1:000000000000:table/b",
        },
      ],
    },
    {
      target: "secretsmanager.GetSecretValue",
      input: { SecretId: "s" },
      expected: [
        {
          action: "secretsmanager:GetSecretValue",
          resource: "arn:aws:secretsmanager:us-east-1:000000000000:secret:s",
        },
      ],
    },
  ])("$target needs one permission per resource", ({ target, input, expected }) => {
    expect(requestedAccess(target, input, () => undefined)).toEqual(expected);
  });
});
