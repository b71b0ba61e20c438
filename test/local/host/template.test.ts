import { afterEach, describe, expect, test } from "@jest/globals";
import { ListQueuesCommand } from "@aws-sdk/client-sqs";
import { startAws } from "../../../local/host/aws/local-aws.ts";
import { openClients } from "../../../local/host/aws/clients.ts";
import { stemOf } from "../../../local/host/resources/functions.ts";
import { evaluate, noValue, creationOrder } from "../../../local/host/template/template.ts";
import type { Scope } from "../../../local/host/template/template.ts";
import { aFunction, aRole, hostOf } from "./support.ts";

const scope: Scope = {
  ref: (id) => (id === "AWS::NoValue" ? noValue : `ref-of-${id}`),
  attribute: (id, name) => `${name}-of-${id}`,
  condition: (name) => name === "IsTrue",
  mappings: { Sizes: { "us-east-1": { small: 1 } } },
};

describe("intrinsic functions", () => {
  test.each([
    { name: "Ref", value: { Ref: "A" }, expected: "ref-of-A" },
    { name: "GetAtt", value: { "Fn::GetAtt": ["A", "Arn"] }, expected: "Arn-of-A" },
    { name: "GetAtt as text", value: { "Fn::GetAtt": "A.B.C" }, expected: "B.C-of-A" },
    {
      name: "Sub",
      value: { "Fn::Sub": "${A}/${B.Arn}/${!C}" },
      expected: "ref-of-A/Arn-of-B/${C}",
    },
    {
      name: "Sub with names",
      value: { "Fn::Sub": ["${x}-${A}", { x: { Ref: "B" } }] },
      expected: "ref-of-B-ref-of-A",
    },
    { name: "Join", value: { "Fn::Join": ["-", ["a", { Ref: "B" }]] }, expected: "a-ref-of-B" },
    {
      name: "Select of Split",
      value: { "Fn::Select": [1, { "Fn::Split": ["/", "a/b/c"] }] },
      expected: "b",
    },
    { name: "If", value: { "Fn::If": ["IsTrue", 1, 2] }, expected: 1 },
    { name: "If not", value: { "Fn::If": ["IsFalse", 1, 2] }, expected: 2 },
    { name: "Equals", value: { "Fn::Equals": ["a", "a"] }, expected: true },
    {
      name: "Or",
      value: { "Fn::Or": [{ "Fn::Equals": ["a", "b"] }, { Condition: "IsTrue" }] },
      expected: true,
    },
    {
      name: "And",
      value: { "Fn::And": [{ Condition: "IsFalse" }, { Condition: "IsTrue" }] },
      expected: false,
    },
    { name: "Not", value: { "Fn::Not": [{ Condition: "IsTrue" }] }, expected: false },
    { name: "FindInMap", value: { "Fn::FindInMap": ["Sizes", "us-east-1", "small"] }, expected: 1 },
    {
      name: "NoValue",
      value: { a: { Ref: "AWS::NoValue" }, b: [{ Ref: "AWS::NoValue" }, 1] },
      expected: { b: [1] },
    },
    {
      name: "plain data",
      value: { Condition: { Bool: { x: true } }, list: [1] },
      expected: { Condition: { Bool: { x: true } }, list: [1] },
    },
  ])("$name", ({ value, expected }) => {
    expect(evaluate(value, scope)).toEqual(expected);
  });

  test("name an unknown one in the error", () => {
    expect(() => evaluate({ "Fn::ImportValue": "x" }, scope)).toThrow("Fn::ImportValue");
  });
});

describe("creation order", () => {
  test("puts a resource after the ones that it refers to or depends on", () => {
    const order = creationOrder({
      A: { Type: "T", Properties: { x: { "Fn::Sub": "${B.Arn}" } } },
      B: { Type: "T", Properties: { x: [{ "Fn::GetAtt": ["C", "Arn"] }] } },
      C: { Type: "T", Properties: {}, DependsOn: "D" },
      D: { Type: "T", Properties: { x: { Ref: "AWS::Region" } } },
    });

    expect(order).toEqual(["D", "C", "B", "A"]);
  });

  test("names a cycle in the error", () => {
    const circle = {
      A: { Type: "T", Properties: { x: { Ref: "B" } } },
      B: { Type: "T", Properties: { x: { Ref: "A" } } },
    };

    expect(() => creationOrder(circle)).toThrow("Circular dependency: A -> B -> A.");
  });
});

describe("function stems", () => {
  test.each([
    { logicalId: "TelegramWebhookFunction0A1B2C3D", stem: "telegram-webhook" },
    { logicalId: "DeliverySender0A1B2C3D", stem: "delivery-sender" },
    { logicalId: "Worker", stem: "worker" },
  ])("$logicalId is $stem", ({ logicalId, stem }) => {
    expect(stemOf(logicalId)).toBe(stem);
  });
});

describe("a template that cannot be hosted", () => {
  const worker = (role: object, visibilitySeconds: number) => ({
    Resources: {
      Queue: { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: visibilitySeconds } },
      Role: role,
      Worker: aFunction("worker", { Timeout: 60 }),
      Mapping: {
        Type: "AWS::Lambda::EventSourceMapping",
        Properties: {
          EventSourceArn: { "Fn::GetAtt": ["Queue", "Arn"] },
          FunctionName: { Ref: "Worker" },
        },
      },
    },
  });
  const sources = { worker: "export const handler = async () => {};" };
  const consume = (...actions: string[]) =>
    aRole({ Effect: "Allow", Action: actions, Resource: "*" });

  test("with an unknown resource type is refused by that type's name", async () => {
    const template = { Resources: { Bus: { Type: "AWS::Events::EventBus" } } };

    await expect(hostOf(template, {})).rejects.toThrow(
      "does not know the resource type AWS::Events::EventBus (Bus)",
    );
  });

  test.each([
    { rule: "a cron rule", properties: { ScheduleExpression: "cron(0 3 * * ? *)" } },
    { rule: "a rule without a schedule", properties: { EventPattern: { source: ["aws.s3"] } } },
  ])("$rule is refused with a sentence", async ({ properties }) => {
    const template = { Resources: { Rule: { Type: "AWS::Events::Rule", Properties: properties } } };

    await expect(hostOf(template, {})).rejects.toThrow(
      "Rule (AWS::Events::Rule): ScheduleExpression: only rules with a rate, such as rate(1 minute), run on the laptop host",
    );
  });

  test("with an event source that the role may not read is refused, as by AWS", async () => {
    const role = consume("sqs:ReceiveMessage", "sqs:GetQueueAttributes");

    await expect(hostOf(worker(role, 90), sources)).rejects.toThrow(
      "The role of worker does not have permission to call sqs:DeleteMessage",
    );
  });

  test("with a visibility timeout below the function's timeout is refused, as by AWS", async () => {
    await expect(hostOf(worker(consume("sqs:*"), 59), sources)).rejects.toThrow(
      "Queue visibility timeout: 59 seconds is less than function timeout: 60 seconds",
    );
  });
});

describe("an endpoint that is already set", () => {
  afterEach(() => {
    delete process.env["AWS_ENDPOINT_URL"];
  });

  test("gets the resources, twice if necessary, and no emulator starts", async () => {
    const aws = await startAws(() => undefined);
    process.env["AWS_ENDPOINT_URL"] = aws.endpoint;
    const key = { AttributeName: "id", KeyType: "HASH" };
    const template = {
      Resources: {
        Queue: { Type: "AWS::SQS::Queue" },
        Secret: { Type: "AWS::SecretsManager::Secret", Properties: { SecretString: "given" } },
        Table: {
          Type: "AWS::DynamoDB::Table",
          Properties: {
            KeySchema: [key],
            AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
            BillingMode: "PAY_PER_REQUEST",
          },
        },
      },
    };

    await (await hostOf(template, {})).close();
    const host = await hostOf(template, {});
    await host.close();

    const clients = openClients(aws.endpoint);
    const { QueueUrls } = await clients.sqs.send(new ListQueuesCommand({}));
    clients.close();
    await aws.close();
    expect(host.awsEndpoint).toBe(aws.endpoint);
    expect(host.lines[0]).toMatch("AWS_ENDPOINT_URL is set");
    expect(QueueUrls).toHaveLength(1);
  });
});
