import { describe, expect, test } from "@jest/globals";
import { Match } from "aws-cdk-lib/assertions";
import { versionOf } from "../../infra/version.ts";
import { findResource, templateOf } from "./synthesize.ts";

const template = templateOf();
const propertiesOf = (type: string, id: string) => findResource(template, type, id)[1].Properties;

describe("the tables", () => {
  test("pay per request and can be restored to any second", () => {
    template.resourceCountIs("AWS::DynamoDB::Table", 2);
    template.allResourcesProperties("AWS::DynamoDB::Table", {
      BillingMode: "PAY_PER_REQUEST",
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  test("find a conversation by its id without expiry, and the id by amoCRM's chat id", () => {
    const conversations = propertiesOf("AWS::DynamoDB::Table", "TablesConversations");

    expect(conversations).toMatchObject({
      AttributeDefinitions: [
        { AttributeName: "conversationId", AttributeType: "S" },
        { AttributeName: "amojoChatId", AttributeType: "S" },
      ],
      KeySchema: [{ AttributeName: "conversationId", KeyType: "HASH" }],
      // Only the keys: frequent writes to the item do not write to this index.
      GlobalSecondaryIndexes: [
        {
          IndexName: "amojoChat",
          KeySchema: [{ AttributeName: "amojoChatId", KeyType: "HASH" }],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
    });
    expect(conversations).not.toHaveProperty("TimeToLiveSpecification");
  });

  test("find a delivery by its id until it expires, parked and spooled events by age, and active chats by the hour", () => {
    expect(propertiesOf("AWS::DynamoDB::Table", "TablesDeliveries")).toMatchObject({
      AttributeDefinitions: [
        { AttributeName: "id", AttributeType: "S" },
        { AttributeName: "parkedAs", AttributeType: "S" },
        { AttributeName: "receivedAtMillis", AttributeType: "N" },
        { AttributeName: "activeHour", AttributeType: "S" },
        { AttributeName: "activeAtMillis", AttributeType: "N" },
      ],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
      GlobalSecondaryIndexes: [
        {
          IndexName: "parked",
          KeySchema: [
            { AttributeName: "parkedAs", KeyType: "HASH" },
            { AttributeName: "receivedAtMillis", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "ALL" },
        },
        {
          IndexName: "active",
          KeySchema: [
            { AttributeName: "activeHour", KeyType: "HASH" },
            { AttributeName: "activeAtMillis", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["conversationId"] },
        },
      ],
    });
  });
});

describe("the secrets", () => {
  test.each([
    { id: "TelegramWebhookSecret", key: "current", length: 64, fields: {} },
    { id: "TelegramBotToken", key: "unset", length: 32, fields: { token: "" } },
    {
      id: "AmocrmChannel",
      key: "unset",
      length: 32,
      fields: { channelId: "", scopeId: "", current: "" },
    },
    { id: "AmocrmApiToken", key: "unset", length: 32, fields: { token: "" } },
    { id: "DeepLinkKey", key: "current", length: 64, fields: {} },
  ])("$id has these initial fields, because a change would overwrite the stored tokens", (row) => {
    const secret = propertiesOf("AWS::SecretsManager::Secret", `Secrets${row.id}`);

    expect(secret["GenerateSecretString"]).toEqual({
      SecretStringTemplate: JSON.stringify(row.fields),
      GenerateStringKey: row.key,
      PasswordLength: row.length,
      ExcludePunctuation: true,
    });
  });

  test("have no value in the template", () => {
    template.resourceCountIs("AWS::SecretsManager::Secret", 5);
    template.allResourcesProperties("AWS::SecretsManager::Secret", {
      SecretString: Match.absent(),
    });
    expect(JSON.stringify(template.toJSON())).not.toContain("{{resolve:");
  });
});

describe("the stack", () => {
  test("outputs the addresses and names for the command line", () => {
    const [api] = findResource(template, "AWS::ApiGatewayV2::Api", "WebhooksApi");
    const [caretaker] = findResource(template, "AWS::Lambda::Function", "CaretakerFunction");
    const [media] = findResource(template, "AWS::CloudFront::Distribution", "MediaDistribution");

    expect(template.toJSON()["Outputs"]).toEqual({
      WebhookUrl: { Value: { "Fn::GetAtt": [api, "ApiEndpoint"] } },
      TelegramWebhookSecretId: { Value: { Ref: "SecretsTelegramWebhookSecret951C95D4" } },
      TelegramBotTokenSecretId: { Value: { Ref: "SecretsTelegramBotTokenB0D83045" } },
      AmocrmChannelSecretId: { Value: { Ref: "SecretsAmocrmChannelA32BBEB9" } },
      AmocrmApiTokenSecretId: { Value: { Ref: "SecretsAmocrmApiToken78CB0B03" } },
      DeepLinkKeySecretId: { Value: { Ref: "SecretsDeepLinkKey2E598173" } },
      ConversationsTable: { Value: { Ref: "TablesConversationsDFBD939C" } },
      DeliveriesTable: { Value: { Ref: "TablesDeliveries21CE5B69" } },
      MediaBucket: { Value: { Ref: "MediaBucket4022EBBF" } },
      MediaBaseUrl: {
        Value: { "Fn::Join": ["", ["https://", { "Fn::GetAtt": [media, "DomainName"] }]] },
      },
      BodiesBucket: { Value: { Ref: "BodiesBucket7CDFEDE9" } },
      ToAmocrmQueueUrl: { Value: { Ref: "ToAmocrmQueueD2090944" } },
      ToTelegramQueueUrl: { Value: { Ref: "ToTelegramQueueD771EBC9" } },
      ToAmocrmDeadLetterQueueUrl: { Value: { Ref: "ToAmocrmDeadLetters49C42C68" } },
      ToTelegramDeadLetterQueueUrl: { Value: { Ref: "ToTelegramDeadLetters64592E9B" } },
      CaretakerFunction: { Value: { Ref: caretaker } },
      HandOff: { Value: "always" },
      Version: { Value: versionOf() },
      Protected: { Value: "no" },
      NextStep: { Value: "npx bridge setup --stage test --bridge main" },
    });
  });
});
