import { describe, expect, test } from "@jest/globals";
import { Match } from "aws-cdk-lib/assertions";
import {
  caretakerEnvironment,
  deliverySenderEnvironment,
  readEnvironment,
} from "../../lambdas/config/environment.ts";
import {
  amocrmWebhookNames,
  readNames,
  telegramWebhookNames,
} from "../../lambdas/config/ingest-environment.ts";
import { timings } from "../../infra/timings.ts";
import { aBridge, aStage, findResource, resourcesOf, templateOf } from "./synthesize.ts";

const template = templateOf();
const propertiesOf = (type: string, id: string) => findResource(template, type, id)[1].Properties;
const idOf = (type: string, id: string) => findResource(template, type, id)[0];
const directions = ["ToAmocrm", "ToTelegram"];
/** How a function reads its variables when it starts. */
type Read = (variables: Readonly<Record<string, string>>) => object;
const reading =
  (names: readonly string[]): Read =>
  (variables) =>
    readNames(names, variables);
const checking =
  (schema: typeof caretakerEnvironment | typeof deliverySenderEnvironment): Read =>
  (variables) =>
    readEnvironment<typeof schema>(schema, variables);
/** What refers to another resource becomes some name, joined with what stands around it. */
function asDeployed(value: unknown): string {
  if (typeof value === "string") return value;
  const { "Fn::Join": join } = value as { "Fn::Join"?: [string, unknown[]] };
  return join === undefined ? "some-name" : join[1].map(asDeployed).join(join[0]);
}
const functions = ["TelegramWebhook", "AmocrmWebhook", "DeliverySender", "Caretaker"];

describe("the webhooks", () => {
  test("are two routes, each to its own function, and nothing else", () => {
    const routes = resourcesOf(template, "AWS::ApiGatewayV2::Route").map(([, { Properties }]) => {
      const integration = JSON.stringify(Properties["Target"]).match(/"Ref":"(\w+)"/)?.[1] ?? "";
      const target = template.toJSON()["Resources"][integration].Properties.IntegrationUri;
      return [Properties["RouteKey"], target["Fn::GetAtt"][0]];
    });

    expect(routes).toEqual([
      ["POST /telegram", idOf("AWS::Lambda::Function", "TelegramWebhookFunction")],
      ["POST /amocrm/{scopeId}", idOf("AWS::Lambda::Function", "AmocrmWebhookFunction")],
    ]);
  });

  test("answer no browser of another site", () => {
    template.hasResourceProperties("AWS::ApiGatewayV2::Api", { CorsConfiguration: Match.absent() });
  });

  test("log the route and the outcome, and neither headers, body, address nor path", () => {
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
    "%s has a dead-letter queue of its own kind and as patient",
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
  ])("takes one event a call from $direction, at most $maximum at a time", (row) => {
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
      FunctionName: { Ref: idOf("AWS::Lambda::Function", "DeliverySenderFunction") },
      BatchSize: 1,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: row.maximum },
    });
  });

  test("takes events from the two queues and nothing else", () => {
    template.resourceCountIs("AWS::Lambda::EventSourceMapping", directions.length);
  });

  test("is dead before its claim ends, and its claim has ended before the event is shown again", () => {
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

  test("is told the channel's bot when there is one", () => {
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

describe("the functions", () => {
  test("are four, on Node 24 and arm64, stopped when they call themselves in a circle", () => {
    template.resourceCountIs("AWS::Lambda::Function", functions.length);
    template.allResourcesProperties("AWS::Lambda::Function", {
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      RecursiveLoop: "Terminate",
    });
  });

  test.each([
    { id: "TelegramWebhook", read: reading(telegramWebhookNames) },
    { id: "AmocrmWebhook", read: reading(amocrmWebhookNames) },
    { id: "DeliverySender", read: checking(deliverySenderEnvironment) },
    { id: "Caretaker", read: checking(caretakerEnvironment) },
  ])("$id starts with the variables it is given, and is given no other", ({ id, read }) => {
    const lambda = propertiesOf("AWS::Lambda::Function", `${id}Function`);
    const { Variables } = lambda["Environment"] as { Variables: Record<string, unknown> };
    const values = Object.entries(Variables).map(([name, value]) => [name, asDeployed(value)]);

    const environment = read(Object.fromEntries(values));

    expect(Object.keys(Variables).toSorted()).toEqual(Object.keys(environment).toSorted());
  });

  test.each(functions)("%s writes JSON logs to a group of its own that expires", (id) => {
    const [logGroup, { Properties }] = findResource(template, "AWS::Logs::LogGroup", `${id}Logs`);

    expect(propertiesOf("AWS::Lambda::Function", `${id}Function`)["LoggingConfig"]).toEqual({
      LogFormat: "JSON",
      ApplicationLogLevel: "INFO",
      SystemLogLevel: "WARN",
      LogGroup: { Ref: logGroup },
    });
    expect(Properties["RetentionInDays"]).toBe(30);
  });

  test.each(["TelegramWebhook", "AmocrmWebhook"])(
    "%s ends soon after amoCRM stops waiting",
    (id) => {
      expect(propertiesOf("AWS::Lambda::Function", `${id}Function`)["Timeout"]).toBe(6);
    },
  );
});
