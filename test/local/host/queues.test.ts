import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { aFunction, aRole, eventually, hostOf, startRecorder } from "./support.ts";
import type { TestHost } from "./support.ts";

const source = `
export const handler = async (event) => {
  const batchItemFailures = [];
  for (const record of event.Records) {
    const { body, attributes, messageId } = record;
    const [name, failures = "0", how = "report"] = body.split(" ");
    const receives = Number(attributes.ApproximateReceiveCount);
    const isFailing = receives <= Number(failures);
    await fetch(process.env.RECORDER_URL, { method: "POST", body: JSON.stringify({
      name, receives, isFailing, records: event.Records.length, record }) });
    if (!isFailing) continue;
    if (how === "crash") process.exit(1);
    if (how === "unknown") return { batchItemFailures: [{ itemIdentifier: "nobody" }] };
    if (how === "malformed") return { batchItemFailures: [{ itemIdentifier: "" }] };
    batchItemFailures.push({ itemIdentifier: messageId });
  }
  return { batchItemFailures };
};`;

type Seen = {
  readonly name: string;
  readonly receives: number;
  readonly isFailing: boolean;
  readonly records: number;
  readonly record: Readonly<Record<string, unknown>>;
};

const fifo = { FifoQueue: true, VisibilityTimeout: 60 };
const arn = (logicalId: string) => ({ "Fn::GetAtt": [logicalId, "Arn"] });
const mapping = (queue: string, properties: object) => ({
  Type: "AWS::Lambda::EventSourceMapping",
  Properties: {
    EventSourceArn: arn(queue),
    FunctionName: { Ref: "Worker" },
    FunctionResponseTypes: ["ReportBatchItemFailures"],
    ScalingConfig: { MaximumConcurrency: 2 },
    ...properties,
  },
});

describe("queues that feed a function", () => {
  let host: TestHost;
  let recorder: Awaited<ReturnType<typeof startRecorder<Seen>>>;
  let sqs: SQSClient;

  beforeAll(async () => {
    recorder = await startRecorder<Seen>();
    host = await hostOf(
      {
        Resources: {
          DeadLetters: { Type: "AWS::SQS::Queue", Properties: fifo },
          Orders: {
            Type: "AWS::SQS::Queue",
            Properties: {
              ...fifo,
              RedrivePolicy: { deadLetterTargetArn: arn("DeadLetters"), maxReceiveCount: 3 },
            },
          },
          Parcels: { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: 60 } },
          Role: aRole({
            Effect: "Allow",
            Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
            Resource: [arn("Orders"), arn("Parcels")],
          }),
          Worker: aFunction("worker", { Environment: { Variables: { RECORDER_URL: "" } } }),
          OrdersMapping: mapping("Orders", { BatchSize: 1 }),
          ParcelsMapping: mapping("Parcels", { BatchSize: 10 }),
        },
        Outputs: {
          Orders: { Value: { Ref: "Orders" } },
          Parcels: { Value: { Ref: "Parcels" } },
          DeadLetters: { Value: { Ref: "DeadLetters" } },
        },
      },
      { worker: source },
      { environment: { RECORDER_URL: recorder.url }, visibilityTimeoutSeconds: 1 },
    );
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    sqs = new SQSClient({ endpoint: host.awsEndpoint, region: "us-east-1", credentials });
  });
  afterAll(async () => {
    sqs.destroy();
    await host.close();
    recorder.close();
  });

  const send = async (queue: string, body: string, group?: string) => {
    const order = { MessageGroupId: group, MessageDeduplicationId: `${body}-${Math.random()}` };
    const input = { QueueUrl: host.outputs[queue], MessageBody: body };
    await sqs.send(new SendMessageCommand(group === undefined ? input : { ...input, ...order }));
  };
  const seen = (name: string) => recorder.items.filter((item) => item.name === name);
  const isDone = (name: string) => seen(name).some(({ isFailing }) => !isFailing);
  const inQueue = async (queue: string) => {
    const input = { QueueUrl: host.outputs[queue], AttributeNames: ["All" as const] };
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand(input));
    const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = Attributes ?? {};
    return Number(ApproximateNumberOfMessages) + Number(ApproximateNumberOfMessagesNotVisible);
  };

  test("a message becomes an event with all its attributes", async () => {
    await send("Orders", "plain", "g");

    await eventually("it is received", () => isDone("plain"));
    expect(seen("plain")[0]?.record).toMatchObject({
      messageId: expect.any(String),
      receiptHandle: expect.any(String),
      body: "plain",
      attributes: {
        ApproximateReceiveCount: "1",
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        MessageGroupId: "g",
        MessageDeduplicationId: expect.stringContaining("plain-"),
        SequenceNumber: expect.any(String),
      },
      messageAttributes: {},
      eventSource: "aws:sqs",
      eventSourceARN: expect.stringMatching(/^arn:aws:sqs:us-east-1:000000000000:Orders-.*\.fifo$/),
      awsRegion: "us-east-1",
    });
  });

  test("a failing first message blocks only its own group, and order is kept", async () => {
    await send("Orders", "head 2", "slow");
    await send("Orders", "follower", "slow");
    await send("Orders", "stranger", "fast");

    await eventually("the follower is delivered", () => isDone("follower"));
    const order = recorder.items
      .filter(({ name }) => ["head", "follower", "stranger"].includes(name))
      .map(({ name, receives }) => `${name} ${receives}`);
    expect(order.filter((each) => !each.startsWith("stranger"))).toEqual([
      "head 1",
      "head 2",
      "head 3",
      "follower 1",
    ]);
    expect(order.indexOf("stranger 1")).toBeLessThan(order.indexOf("head 2"));
  });

  test.each(["crash", "unknown", "malformed"])(
    "a message comes back after its visibility timeout: %s",
    async (how) => {
      const startedAt = Date.now();
      await send("Orders", `${how} 1 ${how}`, how);

      await eventually("it is delivered", () => isDone(how));
      const receives = seen(how).map((item) => item.receives);
      expect(receives).toEqual([...new Set(receives)].toSorted((a, b) => a - b));
      expect(receives.at(-1)).toBeGreaterThanOrEqual(2);
      expect(Date.now() - startedAt).toBeGreaterThan(900);
    },
  );

  test("the log says when the message of a dead attempt comes back", async () => {
    const from = host.lines.length;
    await send("Orders", "late 1 crash", "late");

    await eventually("it is delivered", () => isDone("late"));
    expect(host.lines.slice(from).join("\n")).toMatch(
      /^worker: the attempt died; its message comes back at \d\d:\d\d:\d\d, after the visibility timeout of \d+ s$/m,
    );
  });

  test("a message that always fails goes to the dead-letter queue, and its group continues", async () => {
    const before = await inQueue("DeadLetters");
    await send("Orders", "poison 99", "poisoned");
    await send("Orders", "innocent", "poisoned");

    await eventually("the follower is delivered", () => isDone("innocent"));
    expect(seen("poison").map(({ receives }) => receives)).toEqual([1, 2, 3]);
    expect(await inQueue("DeadLetters")).toBe(before + 1);
  });

  test("of a batch only the reported message comes back", async () => {
    await Promise.all(["red 1", "green", "blue"].map((body) => send("Parcels", body)));

    await eventually("the failed one is delivered", () => isDone("red"));
    await eventually("the others are delivered", () => isDone("green") && isDone("blue"));
    await eventually("none is left", async () => (await inQueue("Parcels")) === 0);
    expect([seen("red").length, seen("green").length, seen("blue").length]).toEqual([2, 1, 1]);
  });
});
