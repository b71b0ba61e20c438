import { describe, expect, test } from "@jest/globals";
import { aBridge, aStage, findResource, resourcesOf, templateOf } from "./synthesize.ts";

type Statement = {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
};

const template = templateOf();

const listOf = <Item>(value: Item | Item[]): Item[] => (Array.isArray(value) ? value : [value]);

/** `Fn::GetAtt` and `Ref`, joined ones too, by logical id without CDK's hash; the rest as it stands. */
function nameOf(resource: unknown): string {
  const { Ref, "Fn::GetAtt": attribute } = resource as { Ref?: string; "Fn::GetAtt"?: string[] };
  const joined = (resource as { "Fn::Join"?: [string, unknown[]] })["Fn::Join"]?.[1];
  if (joined !== undefined) {
    return joined.map((part) => (typeof part === "string" ? part : nameOf(part))).join("");
  }
  return (Ref ?? attribute?.[0] ?? JSON.stringify(resource)).replace(/[0-9A-F]{8}$/, "");
}

function statementsOf(roleId: string, from: typeof template): Statement[] {
  return resourcesOf(from, "AWS::IAM::Policy")
    .filter(([, { Properties }]) => JSON.stringify(Properties["Roles"]).includes(roleId))
    .flatMap(
      ([, { Properties }]) =>
        (Properties["PolicyDocument"] as { Statement: Statement[] }).Statement,
    );
}

/** Every single right as `action on resource`, sorted, with `if` where a condition narrows it. */
function rightsOf(id: string, from = template): string[] {
  const [roleId] = findResource(from, "AWS::IAM::Role", `${id}Role`);
  return statementsOf(roleId, from)
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
  test("may take and put events, read and write items, find what was sent, put files, and read what it sends with", () => {
    expect(rightsOf("DeliverySender")).toEqual([
      "dynamodb:GetItem on TablesConversations",
      "dynamodb:GetItem on TablesDeliveries",
      "dynamodb:PutItem on TablesConversations",
      "dynamodb:PutItem on TablesDeliveries",
      "dynamodb:UpdateItem on TablesConversations",
      "dynamodb:UpdateItem on TablesDeliveries",
      "logs:CreateLogStream on DeliverySenderLogs",
      "logs:PutLogEvents on DeliverySenderLogs",
      "s3:PutObject on MediaBucket/*",
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

describe("the caretaker", () => {
  test("may ask the two indexes, read items, write only what it found, drained and reports, and read what it checks with", () => {
    const only = (pattern: string) =>
      `if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["${pattern}"]}}`;

    expect(rightsOf("Caretaker")).toEqual([
      `dynamodb:DeleteItem on TablesDeliveries ${only("spool:*")}`,
      "dynamodb:GetItem on TablesConversations",
      "dynamodb:GetItem on TablesDeliveries",
      `dynamodb:PutItem on TablesDeliveries ${only("found:*")}`,
      "dynamodb:Query on TablesConversations/index/active",
      "dynamodb:Query on TablesDeliveries/index/parked",
      `dynamodb:UpdateItem on TablesDeliveries ${only("caretaker:*")}`,
      "logs:CreateLogStream on CaretakerLogs",
      "logs:PutLogEvents on CaretakerLogs",
      "secretsmanager:GetSecretValue on SecretsAmocrmApiToken",
      "secretsmanager:GetSecretValue on SecretsAmocrmChannel",
      "secretsmanager:GetSecretValue on SecretsTelegramBotToken",
      "secretsmanager:GetSecretValue on SecretsTelegramWebhookSecret",
      "sqs:SendMessage on ToTelegramQueue",
    ]);
  });
});

describe("where a bot answers until an operator is called", () => {
  const onRequest = templateOf({
    ...aStage,
    bridges: { main: { ...aBridge, handOff: "on-request" } },
  });

  test("the caretaker may also ask, in the customers' queue, for the end of silent talks", () => {
    const more = rightsOf("Caretaker", onRequest).filter(
      (right) => !rightsOf("Caretaker").includes(right),
    );

    expect(more).toEqual(["sqs:SendMessage on ToAmocrmQueue"]);
  });

  test.each(["TelegramWebhook", "AmocrmWebhook", "DeliverySender"])(
    "the rights of %s are the same",
    (id) => {
      expect(rightsOf(id, onRequest)).toEqual(rightsOf(id));
    },
  );
});

describe("where contacts are left to amoCRM", () => {
  const left = templateOf({
    ...aStage,
    bridges: {
      main: { ...aBridge, amocrm: { ...aBridge.amocrm, contacts: "leave-to-amocrm" } },
    },
  });

  test("the sender is neither told nor allowed to read the token of the main API", () => {
    const fewer = rightsOf("DeliverySender").filter(
      (right) => !rightsOf("DeliverySender", left).includes(right),
    );
    const [, { Properties }] = findResource(
      left,
      "AWS::Lambda::Function",
      "DeliverySenderFunction",
    );

    expect(fewer).toEqual(["secretsmanager:GetSecretValue on SecretsAmocrmApiToken"]);
    expect(Properties["Environment"]).toMatchObject({
      Variables: { AMOCRM_API_TOKEN_SECRET_ID: "" },
    });
  });
});

describe("roles", () => {
  test("are one per function and carry no managed policy", () => {
    const roles = resourcesOf(template, "AWS::IAM::Role");

    expect(roles).toHaveLength(4);
    for (const [, { Properties }] of roles) {
      expect(Properties).not.toHaveProperty("ManagedPolicyArns");
      expect(Properties).not.toHaveProperty("Policies");
    }
  });

  test("name every action and every resource, but for a file, whose path is random", () => {
    const policies = resourcesOf(template, "AWS::IAM::Policy").flatMap(
      ([, { Properties }]) =>
        (Properties["PolicyDocument"] as { Statement: Statement[] }).Statement,
    );
    const open = policies.filter((each) =>
      JSON.stringify([each.Action, each.Resource]).includes("*"),
    );

    expect(open.map(({ Action, Resource }) => [Action, nameOf(Resource)])).toEqual([
      ["s3:PutObject", "MediaBucket/*"],
    ]);
  });

  test("let only this API call the webhooks, each by its own route, and its rule the caretaker", () => {
    const permissions = resourcesOf(template, "AWS::Lambda::Permission").map(
      ([, { Properties }]) => [
        nameOf(Properties["FunctionName"]),
        Properties["Principal"],
        nameOf(Properties["SourceArn"]).replace(/^.*(?=\/\*\/\*\/)/, ""),
      ],
    );

    expect(permissions).toEqual([
      ["TelegramWebhookFunction", "apigateway.amazonaws.com", "/*/*/telegram"],
      ["AmocrmWebhookFunction", "apigateway.amazonaws.com", "/*/*/amocrm/{scopeId}"],
      ["CaretakerFunction", "events.amazonaws.com", "CaretakerScheduleRule"],
    ]);
  });
});
