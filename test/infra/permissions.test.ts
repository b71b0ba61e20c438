import { describe, expect, test } from "@jest/globals";
import { findResource, resourcesOf, templateOf } from "./synthesize.ts";

type Statement = {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
};

const template = templateOf();

const listOf = <Item>(value: Item | Item[]): Item[] => (Array.isArray(value) ? value : [value]);

/** `Fn::GetAtt` and `Ref` as the logical id without CDK's hash, anything else as it stands. */
function nameOf(resource: unknown): string {
  const { Ref, "Fn::GetAtt": attribute } = resource as { Ref?: string; "Fn::GetAtt"?: string[] };
  return (Ref ?? attribute?.[0] ?? JSON.stringify(resource)).replace(/[0-9A-F]{8}$/, "");
}

function statementsOf(roleId: string): Statement[] {
  return resourcesOf(template, "AWS::IAM::Policy")
    .filter(([, { Properties }]) => JSON.stringify(Properties["Roles"]).includes(roleId))
    .flatMap(
      ([, { Properties }]) =>
        (Properties["PolicyDocument"] as { Statement: Statement[] }).Statement,
    );
}

/** Every single right as `action on resource`, sorted, with `if` where a condition narrows it. */
function rightsOf(id: string): string[] {
  const [roleId] = findResource(template, "AWS::IAM::Role", `${id}Role`);
  return statementsOf(roleId)
    .flatMap((statement) =>
      listOf(statement.Action).flatMap((action) =>
        listOf(statement.Resource).map((resource) => {
          const condition = statement.Condition ? ` if ${JSON.stringify(statement.Condition)}` : "";
          return `${action} on ${nameOf(resource)}${condition}`;
        }),
      ),
    )
    .toSorted();
}

describe("the Telegram webhook", () => {
  test("may put events in its queue, read the secret it verifies with, and log", () => {
    expect(rightsOf("TelegramWebhook")).toEqual([
      "logs:CreateLogStream on TelegramWebhookLogs",
      "logs:PutLogEvents on TelegramWebhookLogs",
      "secretsmanager:GetSecretValue on SecretsTelegramWebhookSecret",
      "sqs:SendMessage on ToAmocrmQueue",
    ]);
  });
});

describe("the amoCRM webhook", () => {
  test("may put events in its queue or in the spool, read the secret it verifies with, and log", () => {
    expect(rightsOf("AmocrmWebhook")).toEqual([
      'dynamodb:PutItem on TablesDeliveries if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["spool:*"]}}',
      "logs:CreateLogStream on AmocrmWebhookLogs",
      "logs:PutLogEvents on AmocrmWebhookLogs",
      "secretsmanager:GetSecretValue on SecretsAmocrmChannel",
      "sqs:SendMessage on ToTelegramQueue",
    ]);
  });
});

describe("the sender", () => {
  test("may take and put events, read and write items one by one, and read what it sends with", () => {
    expect(rightsOf("DeliverySender")).toEqual([
      "dynamodb:GetItem on TablesConversations",
      "dynamodb:GetItem on TablesDeliveries",
      "dynamodb:PutItem on TablesConversations",
      "dynamodb:PutItem on TablesDeliveries",
      "dynamodb:UpdateItem on TablesConversations",
      "dynamodb:UpdateItem on TablesDeliveries",
      "logs:CreateLogStream on DeliverySenderLogs",
      "logs:PutLogEvents on DeliverySenderLogs",
      "secretsmanager:GetSecretValue on SecretsAmocrmApiToken",
      "secretsmanager:GetSecretValue on SecretsAmocrmChannel",
      "secretsmanager:GetSecretValue on SecretsTelegramBotToken",
      "sqs:ChangeMessageVisibility on ToAmocrmQueue",
      "sqs:ChangeMessageVisibility on ToTelegramQueue",
      "sqs:DeleteMessage on ToAmocrmQueue",
      "sqs:DeleteMessage on ToTelegramQueue",
      "sqs:GetQueueAttributes on ToAmocrmQueue",
      "sqs:GetQueueAttributes on ToTelegramQueue",
      "sqs:ReceiveMessage on ToAmocrmQueue",
      "sqs:ReceiveMessage on ToTelegramQueue",
      "sqs:SendMessage on ToAmocrmQueue",
      "sqs:SendMessage on ToTelegramQueue",
    ]);
  });
});

describe("roles", () => {
  test("are one per function and carry no managed policy", () => {
    const roles = resourcesOf(template, "AWS::IAM::Role");

    expect(roles).toHaveLength(3);
    for (const [, { Properties }] of roles) {
      expect(Properties).not.toHaveProperty("ManagedPolicyArns");
      expect(Properties).not.toHaveProperty("Policies");
    }
  });

  test("name every action and every resource", () => {
    for (const [, { Properties }] of resourcesOf(template, "AWS::IAM::Policy")) {
      const { Statement } = Properties["PolicyDocument"] as { Statement: Statement[] };
      for (const { Action, Resource } of Statement) {
        expect(JSON.stringify([Action, Resource])).not.toContain("*");
      }
    }
  });

  test("let only this API call the webhooks, each by its own route", () => {
    const permissions = resourcesOf(template, "AWS::Lambda::Permission").map(
      ([, { Properties }]) => [
        nameOf(Properties["FunctionName"]),
        Properties["Principal"],
        JSON.stringify(Properties["SourceArn"]).match(/\/\*\/\*\/[^"]*/)?.[0],
      ],
    );

    expect(permissions).toEqual([
      ["TelegramWebhookFunction", "apigateway.amazonaws.com", "/*/*/telegram"],
      ["AmocrmWebhookFunction", "apigateway.amazonaws.com", "/*/*/amocrm/{scopeId}"],
    ]);
  });
});
