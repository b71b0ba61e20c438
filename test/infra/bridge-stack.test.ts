import { describe, expect, test } from "@jest/globals";
import { Match } from "aws-cdk-lib/assertions";
import { timings } from "../../infra/timings.ts";
import { aBridge, aStage, findResource, resourcesOf, templateOf } from "./synthesize.ts";

const template = templateOf();
const propertiesOf = (type: string, id: string) => findResource(template, type, id)[1].Properties;
const idOf = (type: string, id: string) => findResource(template, type, id)[0];
const directions = ["ToAmocrm", "ToTelegram"];
describe("the webhooks", () => {
  test("are exactly two routes, each to its own function's live version", () => {
    const routes = resourcesOf(template, "AWS::ApiGatewayV2::Route").map(([, { Properties }]) => {
      const integration = JSON.stringify(Properties["Target"]).match(/"Ref":"(\w+)"/)?.[1] ?? "";
      const target = template.toJSON()["Resources"][integration].Properties.IntegrationUri;
      return [Properties["RouteKey"], target["Ref"]];
    });

    expect(routes).toEqual([
      ["POST /telegram", idOf("AWS::Lambda::Alias", "TelegramWebhookLive")],
      ["POST /amocrm/{scopeId}", idOf("AWS::Lambda::Alias", "AmocrmWebhookLive")],
    ]);
  });

  test("allow no browser of another site", () => {
    template.hasResourceProperties("AWS::ApiGatewayV2::Api", { CorsConfiguration: Match.absent() });
  });

  test("log the route and the outcome, but not headers, body, address or path", () => {
    const stage = propertiesOf("AWS::ApiGatewayV2::Stage", "WebhooksStage");
    const { Format } = stage["AccessLogSettings"] as { Format: string };

    expect(JSON.parse(Format)).toEqual({
      requestId: "$context.requestId",
      routeKey: "$context.routeKey",
      status: "$context.status",
      responseLatency: "$context.responseLatency",
      integrationErrorMessage: "$context.integrationErrorMessage",
    });
  });
});

describe("the queues", () => {
  test.each(directions)("%s keeps order per chat, for 14 days, encrypted", (direction) => {
    const queue = propertiesOf("AWS::SQS::Queue", `${direction}Queue`);

    expect(queue).toMatchObject({
      FifoQueue: true,
      DeduplicationScope: "messageGroup",
      FifoThroughputLimit: "perMessageGroupId",
      MessageRetentionPeriod: 14 * 24 * 3600,
      VisibilityTimeout: 120,
      SqsManagedSseEnabled: true,
    });
    expect(queue).not.toHaveProperty("ContentBasedDeduplication");
    expect(queue).not.toHaveProperty("QueueName");
  });

  test.each(directions)(
    "%s has a dead-letter queue of the same type and retention",
    (direction) => {
      const [deadLetters, { Properties }] = findResource(
        template,
        "AWS::SQS::Queue",
        `${direction}DeadLetters`,
      );

      expect(Properties).toMatchObject({
        FifoQueue: true,
        MessageRetentionPeriod: 14 * 24 * 3600,
        SqsManagedSseEnabled: true,
      });
      expect(propertiesOf("AWS::SQS::Queue", `${direction}Queue`)["RedrivePolicy"]).toEqual({
        deadLetterTargetArn: { "Fn::GetAtt": [deadLetters, "Arn"] },
        maxReceiveCount: 1000,
      });
    },
  );

  test("refuse connections without TLS", () => {
    for (const [id] of resourcesOf(template, "AWS::SQS::Queue")) {
      template.hasResourceProperties("AWS::SQS::QueuePolicy", {
        Queues: [{ Ref: id }],
        PolicyDocument: {
          Statement: [
            Match.objectLike({
              Effect: "Deny",
              Condition: { Bool: { "aws:SecureTransport": "false" } },
            }),
          ],
        },
      });
    }
  });
});

describe("the sender", () => {
  test.each([
    { direction: "ToAmocrm", maximum: 7 },
    { direction: "ToTelegram", maximum: 3 },
  ])("takes one event per call from $direction, with at most $maximum concurrent calls", (row) => {
    const busyTemplate = templateOf({
      ...aStage,
      bridges: { main: { ...aBridge, concurrency: { toAmocrm: 7, toTelegram: 3 } } },
    });
    const [queue] = findResource(busyTemplate, "AWS::SQS::Queue", `${row.direction}Queue`);
    const [, mapping] = findResource(
      busyTemplate,
      "AWS::Lambda::EventSourceMapping",
      `${row.direction}Deliveries`,
    );

    expect(mapping.Properties).toMatchObject({
      EventSourceArn: { "Fn::GetAtt": [queue, "Arn"] },
      BatchSize: 1,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: row.maximum },
    });
    const target = JSON.stringify(mapping.Properties["FunctionName"]);
    expect(target).toContain(`{"Ref":"${idOf("AWS::Lambda::Alias", "DeliverySenderLive")}"}`);
    expect(target).toContain('":live"');
  });

  test("takes events only from the two queues", () => {
    template.resourceCountIs("AWS::Lambda::EventSourceMapping", directions.length);
  });

  test("stops before its lease ends, and its lease ends before the visibility timeout", () => {
    const sender = propertiesOf("AWS::Lambda::Function", "DeliverySenderFunction");
    const { Variables } = sender["Environment"] as { Variables: Record<string, string> };
    const lease = Number(Variables["LEASE_SECONDS"]);

    expect(sender["Timeout"]).toBe(90);
    expect(sender["Timeout"]).toBeLessThan(lease);
    for (const direction of directions) {
      const queue = propertiesOf("AWS::SQS::Queue", `${direction}Queue`);
      expect(lease).toBeLessThan(Number(queue["VisibilityTimeout"]));
    }
    expect(lease).toBe(timings.leaseSeconds);
  });

  test("gets the channel's bot, if there is one", () => {
    const bot = { id: "0b7f", name: "Helper" };
    const withBot = templateOf({
      ...aStage,
      bridges: { main: { ...aBridge, amocrm: { ...aBridge.amocrm, bot } } },
    });

    withBot.hasResourceProperties("AWS::Lambda::Function", {
      Environment: { Variables: { AMOCRM_BOT_ID: "0b7f", AMOCRM_BOT_NAME: "Helper" } },
    });
    template.hasResourceProperties("AWS::Lambda::Function", {
      Environment: { Variables: { AMOCRM_BOT_ID: "", AMOCRM_BOT_NAME: "" } },
    });
  });
});
