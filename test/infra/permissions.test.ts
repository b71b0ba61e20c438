import { describe, expect, test } from "@jest/globals";
import { rightsOf as rightsIn } from "./rights.ts";
import { aBridge, aStage, findResource, templateOf } from "./synthesize.ts";

const template = templateOf();
const rightsOf = (id: string, from = template) => rightsIn(id, from);

describe("the Telegram webhook", () => {
  test("may put events in queue or bucket, read the secret it verifies with, and log", () => {
    expect(rightsOf("TelegramWebhook")).toEqual([
      "logs:CreateLogStream on TelegramWebhookLogs",
      "logs:PutLogEvents on TelegramWebhookLogs",
      "s3:PutObject on BodiesBucket/bodies/*",
      "secretsmanager:GetSecretValue on SecretsTelegramWebhookSecret",
      "sqs:SendMessage on ToAmocrmQueue",
    ]);
  });
});

describe("the amoCRM webhook", () => {
  test("may put events in queue, spool or bucket, read the secret it verifies with, and log", () => {
    expect(rightsOf("AmocrmWebhook")).toEqual([
      'dynamodb:PutItem on TablesDeliveries if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["spool:*"]}}',
      "logs:CreateLogStream on AmocrmWebhookLogs",
      "logs:PutLogEvents on AmocrmWebhookLogs",
      "s3:PutObject on BodiesBucket/bodies/*",
      "secretsmanager:GetSecretValue on SecretsAmocrmChannel",
      "sqs:SendMessage on ToTelegramQueue",
    ]);
  });
});

describe("the sender", () => {
  test("may take and put events, read and write items, find a chat by its id in amoCRM, put files, read large bodies and store parked ones, and read the secrets for sending", () => {
    expect(rightsOf("DeliverySender")).toEqual([
      "dynamodb:GetItem on TablesConversations",
      "dynamodb:GetItem on TablesDeliveries",
      "dynamodb:PutItem on TablesConversations",
      "dynamodb:PutItem on TablesDeliveries",
      "dynamodb:Query on TablesConversations/index/amojoChat",
      "dynamodb:UpdateItem on TablesConversations",
      "dynamodb:UpdateItem on TablesDeliveries",
      "logs:CreateLogStream on DeliverySenderLogs",
      "logs:PutLogEvents on DeliverySenderLogs",
      "s3:DeleteObject on BodiesBucket/parked/*",
      "s3:GetObject on BodiesBucket/bodies/*",
      "s3:GetObject on BodiesBucket/parked/*",
      "s3:ListBucket on BodiesBucket",
      "s3:PutObject on BodiesBucket/parked/*",
      "s3:PutObject on MediaBucket/*",
      "secretsmanager:GetSecretValue on SecretsAmocrmApiToken",
      "secretsmanager:GetSecretValue on SecretsAmocrmChannel",
      "secretsmanager:GetSecretValue on SecretsDeepLinkKey",
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
  test("may query the two indexes, read items, write only found hooks with large bodies, drained events and reports, and read the secrets for its checks", () => {
    const only = (pattern: string) =>
      `if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["${pattern}"]}}`;

    expect(rightsOf("Caretaker")).toEqual([
      `dynamodb:DeleteItem on TablesDeliveries ${only("spool:*")}`,
      "dynamodb:GetItem on TablesConversations",
      "dynamodb:GetItem on TablesDeliveries",
      `dynamodb:PutItem on TablesDeliveries ${only("found:*")}`,
      "dynamodb:Query on TablesDeliveries/index/active",
      "dynamodb:Query on TablesDeliveries/index/parked",
      `dynamodb:UpdateItem on TablesDeliveries ${only("caretaker:*")}`,
      "logs:CreateLogStream on CaretakerLogs",
      "logs:PutLogEvents on CaretakerLogs",
      "s3:PutObject on BodiesBucket/bodies/*",
      "secretsmanager:GetSecretValue on SecretsAmocrmApiToken",
      "secretsmanager:GetSecretValue on SecretsAmocrmChannel",
      "secretsmanager:GetSecretValue on SecretsTelegramBotToken",
      "secretsmanager:GetSecretValue on SecretsTelegramWebhookSecret",
      "sqs:SendMessage on ToTelegramQueue",
    ]);
  });
});

describe("the check of a roll-out", () => {
  // Not only the newest version: a right that changes with a release may come too late for its check.
  const versionsOf = (id: string) => `lambda:InvokeFunction on ${id}Function:*`;
  const groupOf = (id: string) =>
    expect.stringMatching(
      `^codedeploy:PutLifecycleEventHookExecutionStatus on .*:deploymentgroup:RolloutApplication/Rollout${id}$`,
    );

  test("may call versions of the webhooks, sign as their vendors do, and answer CodeDeploy", () => {
    expect(rightsOf("RolloutCheck")).toEqual([
      groupOf("AmocrmWebhook"),
      groupOf("TelegramWebhook"),
      versionsOf("AmocrmWebhook"),
      versionsOf("TelegramWebhook"),
      "logs:CreateLogStream on RolloutCheckLogs",
      "logs:PutLogEvents on RolloutCheckLogs",
      "secretsmanager:GetSecretValue on SecretsAmocrmChannel",
      "secretsmanager:GetSecretValue on SecretsTelegramWebhookSecret",
    ]);
  });
});

describe("when a bot answers until an operator is called", () => {
  const onRequest = templateOf({
    ...aStage,
    bridges: { main: { ...aBridge, handOff: "on-request" } },
  });

  test("the caretaker may also enqueue the end of talks, and pause the main API", () => {
    const more = rightsOf("Caretaker", onRequest).filter(
      (right) => !rightsOf("Caretaker").includes(right),
    );

    expect(more).toEqual([
      'dynamodb:PutItem on TablesDeliveries if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["pause:main-api"]}}',
      "sqs:SendMessage on ToAmocrmQueue",
    ]);
  });

  test.each(["TelegramWebhook", "AmocrmWebhook", "DeliverySender"])(
    "the rights of %s are the same",
    (id) => {
      expect(rightsOf(id, onRequest)).toEqual(rightsOf(id));
    },
  );
});

describe("when amoCRM creates the contacts", () => {
  const left = templateOf({
    ...aStage,
    bridges: {
      main: { ...aBridge, newCustomer: { make: "leave-to-amocrm" } },
    },
  });

  test("the sender has no id of the main API token and no right to read it", () => {
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
