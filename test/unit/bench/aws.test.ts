import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { startServices } from "../../../bench/world/services.ts";
import { createDynamoClient } from "../../../lambdas/aws/table.ts";

let services: Awaited<ReturnType<typeof startServices>>;
let client: ReturnType<typeof createDynamoClient>;
beforeAll(async () => {
  services = await startServices({
    tables: {
      CONVERSATIONS_TABLE: {},
      DELIVERIES_TABLE: { KeySchema: [{ AttributeName: "id", KeyType: "HASH" }] },
    },
  });
  client = createDynamoClient({
    endpoint: services.url,
    region: "eu-central-1",
    credentials: { accessKeyId: "k", secretAccessKey: "s" },
  });
});
beforeEach(() => {
  services.calls.length = 0;
});
afterAll(async () => {
  client.destroy();
  await services[Symbol.asyncDispose]();
});

const get = (id: string) =>
  client.send(new GetItemCommand({ TableName: "DELIVERIES_TABLE", Key: { id: { S: id } } }));

const besides = () => services.calls.map(({ isBeside }) => isBeside);

test("sequential requests have a wait each", async () => {
  await get("a");
  await get("b");

  expect(besides()).toEqual([false, false]);
});

test("concurrent requests have one wait, once their connections are open", async () => {
  const sideBySide = () => Promise.all([get("a"), get("b"), get("c")]);
  await sideBySide();
  services.calls.length = 0;

  await sideBySide();

  expect(besides().filter((isBeside) => isBeside)).toHaveLength(2);
  expect(besides()).toHaveLength(3);
});
