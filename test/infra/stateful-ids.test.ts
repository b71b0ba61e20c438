import { expect, test } from "@jest/globals";
import { aBridge, aRetainedStage, resourcesOf, templateOf } from "./synthesize.ts";

/** A stage with all settings of a stage with customers. */
const { domain } = aRetainedStage.bridges.main;
const mediaDomain = {
  host: "files.example.com",
  certificateArn: domain.certificateArn.replace("eu-central-1", "us-east-1"),
};
const template = templateOf({
  ...aRetainedStage,
  bridges: { main: { ...aBridge, domain, mediaDomain } },
});

/**
 * The logical ids of a deployed stage, and the damage of another id: CloudFormation would create a new,
 * empty resource and leave or delete the old one. They depend on the construct ids above a resource, so
 * moving or renaming a construct changes them. Remove an id from this list only with a plan that moves
 * its data. Add each new resource that holds data.
 */
const stateful: Readonly<Record<string, string>> = {
  TablesConversationsDFBD939C: "every customer would begin a new chat in amoCRM",
  TablesDeliveries21CE5B69:
    "sent messages are forgotten and may be sent again; parked messages are lost",
  ToAmocrmQueueD2090944: "customers' messages on their way stay in a queue without a reader",
  ToTelegramQueueD771EBC9: "operators' messages on their way stay in a queue without a reader",
  ToAmocrmDeadLetters49C42C68: "messages that wait for a person become invisible",
  ToTelegramDeadLetters64592E9B: "messages that wait for a person become invisible",
  SecretsTelegramWebhookSecret951C95D4:
    "Telegram's updates are refused until the webhook is set again",
  SecretsTelegramBotTokenB0D83045: "the bot sends nothing until its token is set again",
  SecretsAmocrmChannelA32BBEB9:
    "the webhook refuses every hook until the channel is set again, so hooks are lost",
  SecretsAmocrmApiToken78CB0B03: "contacts are not linked until the token is set again",
  SecretsDeepLinkKey2E598173: "every link that people have printed or sent is refused as forged",
  MediaBucket4022EBBF: "links to files that amoCRM has not fetched yet stop working",
  BodiesBucket7CDFEDE9:
    "large messages on their way or parked stay in a bucket without a reader, and are parked again without their text",
  MediaDistributionFB529AA1: "links in amoCRM stop working, if they use CloudFront's own host",
  WebhooksApiA28DB082: "the webhooks' address changes, if the bridge has no own host",
  WebhooksDomainName3A923804: "the webhooks' host does not work until its DNS record is changed",
};
const types = [
  "AWS::ApiGatewayV2::Api",
  "AWS::ApiGatewayV2::DomainName",
  "AWS::CloudFront::Distribution",
  "AWS::DynamoDB::GlobalTable",
  "AWS::DynamoDB::Table",
  "AWS::KMS::Key",
  "AWS::S3::Bucket",
  "AWS::SecretsManager::Secret",
  "AWS::SQS::Queue",
];
const present = types.flatMap((type) => resourcesOf(template, type).map(([id]) => id));

test("no resource with data has a new id", () => {
  const lost = Object.entries(stateful).filter(([id]) => !present.includes(id));

  expect(lost.map(([id, damage]) => `Deploying this would replace ${id}: ${damage}.`)).toEqual([]);
});

test("every resource with data is in the list above", () => {
  const unlisted = present.filter((id) => !Object.hasOwn(stateful, id));

  expect(
    unlisted.map((id) => `Add the damage of another id than ${id} to the list above.`),
  ).toEqual([]);
});

test("no log group has changed its class without a new id, because CloudFormation refuses it", () => {
  const standard = [
    "AmocrmWebhookLogsA8DE67BE",
    "CaretakerLogs47CC3CBE",
    "DeliverySenderLogsFB160B57",
    "TelegramWebhookLogs23E8AB15",
    "WebhooksAccessLogAB1C5EDC",
  ];
  const others = resourcesOf(template, "AWS::Logs::LogGroup")
    .filter(([, { Properties }]) => (Properties["LogGroupClass"] ?? "STANDARD") !== "STANDARD")
    .map(([id]) => id);

  expect(others.filter((id) => standard.includes(id))).toEqual([]);
});
