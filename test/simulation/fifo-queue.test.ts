import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { buildApp } from "fauxqs";
import { describeFifoQueue } from "./aws/describe-fifo-queue.ts";
import type { QueueUnderTest } from "./aws/describe-fifo-queue.ts";
import { FifoQueue } from "./aws/fifo-queue.ts";
import { VirtualClock } from "./engine/virtual-clock.ts";

describeFifoQueue("the simulation's", async (options): Promise<QueueUnderTest> => {
  const clock = new VirtualClock(0);
  const queue = new FifoQueue({ clock, ...options });
  return {
    send: async (body, group, id = body) => queue.send(body, group, id).messageId,
    receive: async () => queue.receive(),
    remove: async (receiptHandle) => queue.remove(receiptHandle),
    hide: async (receiptHandle, seconds) => queue.changeVisibility(receiptHandle, seconds),
    pass: async (millis) => void (await clock.runUntil(() => false, clock.now() + millis)),
    deadLetters: async () => queue.deadLetters.length,
  };
});

// fauxqs stores deduplication ids per queue. The bridge's queues set the scope to the message
// group.
test("the simulation's queue accepts the same deduplication id in another group", () => {
  const queue = new FifoQueue({ clock: new VirtualClock(0), visibilitySeconds: 30 });

  const first = queue.send("text", "a", "id-1");
  const second = queue.send("text", "b", "id-1");

  expect([first.isNew, second.isNew]).toEqual([true, true]);
});

const app = buildApp({ logger: false });
let client: SQSClient;
let queues = 0;
beforeAll(async () => {
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  client = new SQSClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
});
afterAll(async () => {
  client.destroy();
  await app.close();
});

const create = async (attributes: Record<string, string>): Promise<string> => {
  const QueueName = `contract-${(queues += 1)}.fifo`;
  const Attributes = { FifoQueue: "true", ...attributes };
  const { QueueUrl = "" } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
  return QueueUrl;
};

describeFifoQueue("fauxqs", async (options): Promise<QueueUnderTest> => {
  const deadLetters = await create({});
  const arn = new GetQueueAttributesCommand({
    QueueUrl: deadLetters,
    AttributeNames: ["QueueArn"],
  });
  const { Attributes } = await client.send(arn);
  const { visibilitySeconds, maxReceiveCount = 1000 } = options;
  const redrive = { deadLetterTargetArn: Attributes?.["QueueArn"], maxReceiveCount };
  const QueueUrl = await create({
    VisibilityTimeout: String(visibilitySeconds),
    DeduplicationScope: "messageGroup",
    FifoThroughputLimit: "perMessageGroupId",
    RedrivePolicy: JSON.stringify(redrive),
  });
  const receive = async (url: string) => {
    const command = new ReceiveMessageCommand({
      QueueUrl: url,
      MessageSystemAttributeNames: ["All"],
    });
    const [message] = (await client.send(command)).Messages ?? [];
    if (message === undefined) return undefined;
    return {
      body: message.Body ?? "",
      receiptHandle: message.ReceiptHandle ?? "",
      receiveCount: Number(message.Attributes?.ApproximateReceiveCount),
    };
  };
  return {
    send: async (MessageBody, MessageGroupId, MessageDeduplicationId = MessageBody) => {
      const input = { QueueUrl, MessageBody, MessageGroupId, MessageDeduplicationId };
      return (await client.send(new SendMessageCommand(input))).MessageId ?? "";
    },
    receive: () => receive(QueueUrl),
    remove: async (ReceiptHandle) =>
      void (await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))),
    hide: async (ReceiptHandle, VisibilityTimeout) => {
      const input = { QueueUrl, ReceiptHandle, VisibilityTimeout };
      await client.send(new ChangeMessageVisibilityCommand(input));
    },
    pass: (millis) => sleep(millis),
    deadLetters: async () => ((await receive(deadLetters)) === undefined ? 0 : 1),
  };
});
