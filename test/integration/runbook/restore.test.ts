import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateScan,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startOperatedLaptop } from "./procedure.ts";

const page = readFileSync(new URL("../../../docs/platform.md", import.meta.url), "utf8");
const [, section = ""] = page.split("\n## Restoring a table\n");
const [copying = ""] = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) =>
  block.includes("put-item") ? [block] : [],
);
/** The AWS command line is not a part of this repository. */
const hasTools = ["aws", "jq"].every((tool) => spawnSync(tool, ["--version"]).status === 0);

let laptop: Awaited<ReturnType<typeof startOperatedLaptop>>;
let dynamo: DynamoDBClient;
let live: string;
const key = (chat: number) => ({ conversationId: { S: `tg-1000000001-${chat}` } });
const itemOf = async (chat: number) =>
  (await dynamo.send(new GetItemCommand({ TableName: live, Key: key(chat) }))).Item;

beforeAll(async () => {
  laptop = await startOperatedLaptop();
  live = laptop.run.host.outputs["ConversationsTable"] ?? "";
  dynamo = new DynamoDBClient({
    endpoint: laptop.run.host.awsEndpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
});
afterAll(async () => {
  dynamo.destroy();
  await laptop.close();
});

/** What AWS makes of a restore, as far as the procedure uses it: a table with the items of a moment. */
async function restore() {
  const TableName = `${live}-restored`;
  await dynamo.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: "conversationId", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "conversationId", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  await waitUntilTableExists({ client: dynamo, maxWaitTime: 30 }, { TableName });
  for await (const { Items = [] } of paginateScan({ client: dynamo }, { TableName: live })) {
    for (const Item of Items) await dynamo.send(new PutItemCommand({ TableName, Item }));
  }
}

/** Runs the page's own command. Gives what it prints: nothing, if all is well. */
async function copyByPage(): Promise<string> {
  const child = spawn("bash", ["-c", copying], {
    env: {
      ...process.env,
      LIVE: live,
      KEY: "conversationId",
      AWS_ENDPOINT_URL: laptop.run.host.awsEndpoint,
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    },
  });
  return (await Promise.all([text(child.stdout), text(child.stderr)])).join("");
}

/** The same two requests, where the AWS command line is not installed. */
async function copyBySdk(): Promise<string> {
  const condition = {
    ConditionExpression: "attribute_not_exists(#key)",
    ExpressionAttributeNames: { "#key": "conversationId" },
  };
  const from = { TableName: `${live}-restored` };
  for await (const { Items = [] } of paginateScan({ client: dynamo }, from)) {
    for (const Item of Items) {
      const put = new PutItemCommand({ TableName: live, Item, ...condition });
      await dynamo.send(put).catch((error: unknown) => {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      });
    }
  }
  return "";
}

test("missing conversations come back from a restored table, and newer ones stay as they are", async () => {
  await laptop.aCustomer(95);
  await laptop.aCustomer(96);
  const lost = await itemOf(95);
  // Longer than an argument of a command may be, as a parked event can be.
  const long = { ...key(97), note: { S: "x".repeat(300_000) } };
  await dynamo.send(new PutItemCommand({ TableName: live, Item: long }));
  await restore();
  await dynamo.send(new DeleteItemCommand({ TableName: live, Key: key(97) }));
  await dynamo.send(new DeleteItemCommand({ TableName: live, Key: key(95) }));
  const newer = { ...(await itemOf(96)), note: { S: "written since" } };
  await dynamo.send(new PutItemCommand({ TableName: live, Item: newer }));
  const contacts = laptop.amocrm.contacts().length;

  expect(copying).toContain("attribute_not_exists(#key)");
  expect(await (hasTools ? copyByPage() : copyBySdk())).toBe("");

  expect(await itemOf(95)).toEqual(lost);
  expect(await itemOf(97)).toEqual(long);
  expect(await itemOf(96)).toEqual(newer);
  await laptop.customerSays(95, "still the same chat?");
  const words = ["hello", "still the same chat?"];
  expect(await laptop.operatorHas(95, words)).toEqual(words);
  expect(laptop.amocrm.contacts()).toHaveLength(contacts);
});
