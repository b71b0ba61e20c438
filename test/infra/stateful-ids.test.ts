import { expect, test } from "@jest/globals";
import { aBridge, aRetainedStage, resourcesOf, templateOf } from "./synthesize.ts";

/** A stage with everything that a stage with customers can have. */
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
 * The logical ids of a deployed stage, and what another id would do there: CloudFormation would make a
 * new, empty resource and leave or delete the old one. They come of the construct ids above a resource, so
 * moving or renaming a construct changes them. An id may leave this list only with a plan that moves
 * what it holds; a new resource that holds something joins it.
 */
const stateful: Readonly<Record<string, string>> = {
  TablesConversationsDFBD939C: "every customer would begin a new chat in amoCRM",
  TablesDeliveries21CE5B69:
    "what was sent is forgotten and may be sent again; parked messages are gone",
  ToAmocrmQueueD2090944: "customers' messages on their way are left in a queue that nobody reads",
  ToTelegramQueueD771EBC9: "operators' messages on their way are left in a queue that nobody reads",
  ToAmocrmDeadLetters49C42C68: "messages that wait for a person are out of sight",
  ToTelegramDeadLetters64592E9B: "messages that wait for a person are out of sight",
  SecretsTelegramWebhookSecret951C95D4:
    "Telegram's updates are refused until the webhook is set again",
  SecretsTelegramBotTokenB0D83045: "the bot is mute until somebody puts its token in again",
  SecretsAmocrmChannelA32BBEB9:
    "hooks are taken unverified, and wait until the channel is put in again",
  SecretsAmocrmApiToken78CB0B03: "contacts are not linked until the token is put in again",
  MediaBucket4022EBBF: "files that amoCRM has not fetched yet are gone from their links",
  BodiesBucket7CDFEDE9:
    "large messages on their way or parked are left in a bucket that nobody reads, and are parked again without their words",
  MediaDistributionFB529AA1: "links that amoCRM was given are dead, if they are CloudFront's own",
  WebhooksApiA28DB082:
    "the webhooks' address is another one, where the bridge has no host of its own",
  WebhooksDomainName3A923804: "the webhooks' host leads nowhere until its DNS record follows",
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

test("no resource that holds something has got another id", () => {
  const lost = Object.entries(stateful).filter(([id]) => !present.includes(id));

  expect(lost.map(([id, damage]) => `Deploying this would replace ${id}: ${damage}.`)).toEqual([]);
});

test("every resource that holds something is in the list above", () => {
  const unlisted = present.filter((id) => !Object.hasOwn(stateful, id));

  expect(unlisted.map((id) => `Say above what another id than ${id} would destroy.`)).toEqual([]);
});

test("no log group has changed its class under its id, which CloudFormation refuses", () => {
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
