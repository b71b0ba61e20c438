import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { startMemoryAws } from "../../../bench/aws/memory-aws.ts";
import type { MemoryAws } from "../../../bench/aws/memory-aws.ts";
import { createDynamoClient } from "../../../lambdas/aws/table.ts";

let aws: MemoryAws;
let client: ReturnType<typeof createDynamoClient>;
let besides: boolean[] = [];
beforeAll(async () => {
  aws = await startMemoryAws({
    tables: { deliveries: { key: "id", indexes: {} } },
    secrets: {},
    onRequest: ({ isBeside }) => besides.push(isBeside),
  });
  client = createDynamoClient({
    endpoint: aws.url,
    region: "eu-central-1",
    credentials: { accessKeyId: "k", secretAccessKey: "s" },
  });
});
beforeEach(() => {
  besides = [];
});
afterAll(async () => {
  client.destroy();
  await aws.close();
});

const look = (id: string) =>
  client.send(new GetItemCommand({ TableName: "deliveries", Key: { id: { S: id } } }));

test("requests one after another are each a wait of its own", async () => {
  await look("a");
  await look("b");

  expect(besides).toEqual([false, false]);
});

test("requests side by side are one wait, once their connections stand", async () => {
  const sideBySide = () => Promise.all([look("a"), look("b"), look("c")]);
  await sideBySide();
  besides = [];

  await sideBySide();

  expect(besides.filter((isBeside) => isBeside)).toHaveLength(2);
  expect(besides).toHaveLength(3);
});
