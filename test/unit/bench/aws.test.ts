import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { startAws } from "../../../bench/world/aws.ts";
import { createDynamoClient } from "../../../lambdas/aws/table.ts";

let aws: Awaited<ReturnType<typeof startAws>>;
let client: ReturnType<typeof createDynamoClient>;
let besides: boolean[] = [];
beforeAll(async () => {
  aws = await startAws({
    tables: {
      conversations: {},
      deliveries: { KeySchema: [{ AttributeName: "id", KeyType: "HASH" }] },
    },
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

const get = (id: string) =>
  client.send(new GetItemCommand({ TableName: "deliveries", Key: { id: { S: id } } }));

test("sequential requests have a wait each", async () => {
  await get("a");
  await get("b");

  expect(besides).toEqual([false, false]);
});

test("concurrent requests have one wait, once their connections are open", async () => {
  const sideBySide = () => Promise.all([get("a"), get("b"), get("c")]);
  await sideBySide();
  besides = [];

  await sideBySide();

  expect(besides.filter((isBeside) => isBeside)).toHaveLength(2);
  expect(besides).toHaveLength(3);
});
