import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { setTimeout as sleep } from "node:timers/promises";
import { startAws } from "../../../local/host/aws/local-aws.ts";

describe("SQS features that the bridge relies on", () => {
  let aws: Awaited<ReturnType<typeof startAws>>;
  let client: SQSClient;
  let queues = 0;

  beforeAll(async () => {
    aws = await startAws(() => undefined);
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    client = new SQSClient({ endpoint: aws.endpoint, region: "us-east-1", credentials });
  });
  afterAll(async () => {
    client.destroy();
    await aws.close();
  });

  const aQueue = async (visibilitySeconds = 30) => {
    const QueueName = `contract-${(queues += 1)}.fifo`;
    const Attributes = { FifoQueue: "true", VisibilityTimeout: String(visibilitySeconds) };
    const { QueueUrl = "" } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
    return {
      QueueUrl,
      send: (body: string, group: string, id = body) =>
        client.send(
          new SendMessageCommand({
            QueueUrl,
            MessageBody: body,
            MessageGroupId: group,
            MessageDeduplicationId: id,
          }),
        ),
      async receive(WaitTimeSeconds = 0) {
        const { Messages = [] } = await client.send(
          new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds, AttributeNames: ["All"] }),
        );
        return Messages[0];
      },
      remove: (ReceiptHandle: string | undefined) =>
        client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })),
      hide: (ReceiptHandle: string | undefined, VisibilityTimeout: number) =>
        client.send(
          new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }),
        ),
    };
  };

  test("queue addresses lead back to the endpoint", async () => {
    const { QueueUrl } = await aQueue();

    const found = await client.send(
      new GetQueueUrlCommand({ QueueName: QueueUrl.split("/").at(-1) }),
    );

    expect(QueueUrl).toMatch(`${aws.endpoint}/000000000000/contract-`);
    expect(found.QueueUrl).toBe(QueueUrl);
  });

  test("a group is in order, and blocked while one of its messages is in flight", async () => {
    const queue = await aQueue();
    await queue.send("a1", "a");
    await queue.send("a2", "a");
    await queue.send("b1", "b");

    const first = await queue.receive();
    const second = await queue.receive();
    const none = await queue.receive();
    await queue.remove(first?.ReceiptHandle);
    const third = await queue.receive();

    expect([first?.Body, second?.Body, none, third?.Body]).toEqual(["a1", "b1", undefined, "a2"]);
  });

  test("a message that was not deleted comes back before the messages after it, with its receive count", async () => {
    const queue = await aQueue(1);
    await queue.send("first", "g");
    await queue.send("second", "g");

    await queue.receive();
    const again = await queue.receive(3);

    expect(again?.Body).toBe("first");
    expect(again?.Attributes?.ApproximateReceiveCount).toBe("2");
  });

  test("a repeated deduplication id is dropped, also after the message was deleted", async () => {
    const queue = await aQueue();
    const original = await queue.send("text", "g", "id-1");
    await queue.remove((await queue.receive())?.ReceiptHandle);

    const repeated = await queue.send("text again", "g", "id-1");

    expect(repeated.MessageId).toBe(original.MessageId);
    expect(await queue.receive()).toBeUndefined();
  });

  test("a visibility timeout can be ended and extended", async () => {
    const queue = await aQueue(1);
    await queue.send("text", "g");

    const first = await queue.receive();
    await queue.hide(first?.ReceiptHandle, 0);
    const second = await queue.receive();
    await queue.hide(second?.ReceiptHandle, 30);
    await sleep(1200);

    expect(second?.Body).toBe("text");
    expect(await queue.receive()).toBeUndefined();
  });

  test("a long poll returns when a message arrives", async () => {
    const queue = await aQueue();
    const startedAt = Date.now();

    const polling = queue.receive(10);
    await sleep(200);
    await queue.send("text", "g");

    expect((await polling)?.Body).toBe("text");
    expect(Date.now() - startedAt).toBeLessThan(2000);
  });

  test("characters that SQS does not allow are refused", async () => {
    const queue = await aQueue();

    await expect(queue.send("\u0000", "g", "id")).rejects.toThrow("Invalid characters");
  });
});
