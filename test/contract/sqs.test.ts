import type { AddressInfo } from "node:net";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { buildApp } from "fauxqs";
import { AwsJsonClient } from "../../lambdas/ingest/aws/json-client.ts";
import { jsonEventQueue, sqs } from "../../lambdas/ingest/aws/stores.ts";
import { sqsEventQueue, sqsRedelivery } from "../../lambdas/aws/queues.ts";
import { anEnvelope } from "../support/events.ts";

const app = buildApp({ logger: false });
let client: SQSClient;
let origin: string;
let queues = 0;
beforeAll(async () => {
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;
  client = new SQSClient({
    endpoint: origin,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  await app.close();
});

const aQueue = async () => {
  const QueueName = `events-${(queues += 1)}.fifo`;
  const Attributes = { FifoQueue: "true", VisibilityTimeout: "30" };
  const { QueueUrl = "" } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
  return {
    url: QueueUrl,
    receive: async () => {
      const command = new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ["All"] });
      const { Messages = [] } = await client.send(command);
      return Messages[0];
    },
    remove: (ReceiptHandle = "") =>
      client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })),
  };
};
const idOf = (message: { Body?: string | undefined } | undefined) =>
  message === undefined ? undefined : (JSON.parse(message.Body ?? "") as { id: string }).id;

const environment = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "k", AWS_SECRET_ACCESS_KEY: "s" };
const variants = [
  { name: "the SDK", queueOn: (url: string) => sqsEventQueue(client, url) },
  {
    name: "the small client",
    queueOn: (url: string) =>
      jsonEventQueue(new AwsJsonClient({ service: sqs, origin, environment, maxAttempts: 1 }), url),
  },
];

describe.each(variants)("the event queue over SQS, through $name", ({ queueOn }) => {
  test("delivers the exact envelope, with its group and id", async () => {
    const { url, receive } = await aQueue();
    const queue = queueOn(url);
    const envelope = anEnvelope({ id: "amo:f90b_a:m.1-2", group: "tg-700--42" });

    await queue.put(envelope);

    const message = await receive();
    expect(JSON.parse(message?.Body ?? "")).toEqual(envelope);
    expect(message?.Attributes).toMatchObject({
      MessageGroupId: "tg-700--42",
      MessageDeduplicationId: "amo:f90b_a:m.1-2",
      SentTimestamp: expect.stringMatching(/^\d{13}$/),
    });
  });

  test("keeps the order of a chat, and does not block another chat", async () => {
    const { url, receive, remove } = await aQueue();
    const queue = queueOn(url);
    for (const id of ["a1", "a2"]) await queue.put(anEnvelope({ id, group: "a" }));
    await queue.put(anEnvelope({ id: "b1", group: "b" }));

    const first = await receive();
    const second = await receive();
    const none = await receive();
    await remove(first?.ReceiptHandle);
    const third = await receive();

    expect([first, second, none, third].map(idOf)).toEqual(["a1", "b1", undefined, "a2"]);
  });

  test("accepts an event once, also with another body under the same id", async () => {
    const { url, receive, remove } = await aQueue();
    const queue = queueOn(url);
    await queue.put(anEnvelope({ id: "a1" }));
    await queue.put(anEnvelope({ id: "a1", receivedAtMillis: 1 }));

    await remove((await receive())?.ReceiptHandle);

    expect(await receive()).toBeUndefined();
  });

  test("accepts an event that is moved to another group once more, and only once", async () => {
    const { url, receive, remove } = await aQueue();
    const queue = queueOn(url);
    await queue.put(anEnvelope({ id: "a1", group: "amo-c1" }));
    for (let repeat = 0; repeat < 2; repeat += 1) {
      await queue.put(anEnvelope({ id: "a1", group: "tg-700-42" }), { isMoved: true });
    }

    const groups: (string | undefined)[] = [];
    for (let tries = 0; tries < 3; tries += 1) {
      const message = await receive();
      groups.push(message?.Attributes?.MessageGroupId);
      if (message !== undefined) await remove(message.ReceiptHandle);
    }

    expect(groups).toEqual(["amo-c1", "tg-700-42", undefined]);
  });

  test("refuses when the queue does not exist", async () => {
    const queue = queueOn((await aQueue()).url.replace("events", "missing"));

    await expect(queue.put(anEnvelope())).rejects.toMatchObject({ name: "QueueDoesNotExist" });
  });
});

describe("the event queue over SQS", () => {
  test("stops at the end of its timeout", async () => {
    const silent = new SQSClient({
      endpoint: "http://127.0.0.1:9",
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
      requestHandler: {
        handle: (_request: unknown, { abortSignal }: { abortSignal: AbortSignal }) =>
          new Promise((_resolve, reject) => {
            abortSignal.addEventListener("abort", () => reject(new Error("aborted")));
          }),
      } as never,
    });
    const queue = sqsEventQueue(silent, "http://127.0.0.1:9/1/q.fifo");

    await expect(queue.put(anEnvelope(), { timeoutMillis: 30 })).rejects.toThrow("aborted");
  });
});

describe("waiting by visibility", () => {
  const redelivered = async (seconds: number) => {
    const { url, receive } = await aQueue();
    await sqsEventQueue(client, url).put(anEnvelope());
    const message = await receive();
    const redelivery = sqsRedelivery(client, { "to-amocrm": "other", "to-telegram": url });
    await redelivery.after("to-telegram", message?.ReceiptHandle ?? "", seconds);
    return receive();
  };

  test("delivers the message at once without a wait, with its receives counted", async () => {
    const again = await redelivered(0);

    expect(again?.Attributes).toMatchObject({ ApproximateReceiveCount: "2" });
  });

  test.each([0.2, 60, 1_000_000])(
    "hides it for a wait of %f s, and never for longer than the queue allows",
    async (wait) => {
      expect(await redelivered(wait)).toBeUndefined();
    },
  );
});
