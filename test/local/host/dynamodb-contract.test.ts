import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { startAws } from "../../../local/host/aws/local-aws.ts";

describe("DynamoDB features that the bridge relies on", () => {
  const TableName = "deliveries";
  let aws: Awaited<ReturnType<typeof startAws>>;
  let client: DynamoDBClient;

  beforeAll(async () => {
    aws = await startAws(() => undefined);
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    client = new DynamoDBClient({ endpoint: aws.endpoint, region: "us-east-1", credentials });
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: [
          { AttributeName: "id", AttributeType: "S" },
          { AttributeName: "parkedAs", AttributeType: "S" },
          { AttributeName: "at", AttributeType: "N" },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: "parked",
            KeySchema: [
              { AttributeName: "parkedAs", KeyType: "HASH" },
              { AttributeName: "at", KeyType: "RANGE" },
            ],
            Projection: { ProjectionType: "ALL" },
          },
        ],
      }),
    );
  });
  afterAll(async () => {
    client.destroy();
    await aws.close();
  });

  const put = (Item: Record<string, AttributeValue>, ConditionExpression?: string) =>
    client.send(new PutItemCommand({ TableName, Item, ConditionExpression }));

  test("of fifty concurrent writers of one item exactly one wins", async () => {
    const racers = Array.from({ length: 50 }, (_, index) =>
      put({ id: { S: "race" }, winner: { N: String(index) } }, "attribute_not_exists(id)"),
    );

    const results = await Promise.allSettled(racers);

    const lost = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    expect(lost).toHaveLength(49);
    for (const reason of lost) expect(reason).toBeInstanceOf(ConditionalCheckFailedException);
  });

  test("another owner can take over a claim only after its lease has ended", async () => {
    await put({ id: { S: "lease" }, until: { N: "100" } });
    const claim = (now: number) =>
      client.send(
        new UpdateItemCommand({
          TableName,
          Key: { id: { S: "lease" } },
          UpdateExpression: "SET #until = :until, attempts = if_not_exists(attempts, :zero) + :one",
          ConditionExpression: "attribute_not_exists(#until) OR #until < :now",
          ExpressionAttributeNames: { "#until": "until" },
          ExpressionAttributeValues: {
            ":until": { N: String(now + 65) },
            ":now": { N: String(now) },
            ":zero": { N: "0" },
            ":one": { N: "1" },
          },
          ReturnValues: "ALL_NEW",
        }),
      );

    await expect(claim(100)).rejects.toThrow(ConditionalCheckFailedException);
    const { Attributes } = await claim(101);

    expect(Attributes).toMatchObject({ until: { N: "166" }, attempts: { N: "1" } });
  });

  test("concurrent counters lose no increment", async () => {
    const Key = { id: { S: "counter" } };
    const add = new UpdateItemCommand({
      TableName,
      Key,
      UpdateExpression: "ADD receives :one",
      ExpressionAttributeValues: { ":one": { N: "1" } },
    });

    await Promise.all(Array.from({ length: 50 }, () => client.send(add)));

    const { Item } = await client.send(
      new GetItemCommand({ TableName, Key, ConsistentRead: true }),
    );
    expect(Item?.["receives"]).toEqual({ N: "50" });
  });

  test("a sparse index contains only items with its key, in the order of its sort key", async () => {
    await put({ id: { S: "1" }, parkedAs: { S: "parked" }, at: { N: "30" } });
    await put({ id: { S: "2" }, parkedAs: { S: "parked" }, at: { N: "4" } });
    await put({ id: { S: "3" }, at: { N: "1" } });
    const query = new QueryCommand({
      TableName,
      IndexName: "parked",
      KeyConditionExpression: "parkedAs = :parked",
      ExpressionAttributeValues: { ":parked": { S: "parked" } },
    });

    const { Items: before = [] } = await client.send(query);
    await client.send(
      new UpdateItemCommand({
        TableName,
        Key: { id: { S: "1" } },
        UpdateExpression: "REMOVE parkedAs",
      }),
    );
    const { Items: after = [] } = await client.send(query);

    expect(before.map(({ id }) => id?.S)).toEqual(["2", "1"]);
    expect(after.map(({ id }) => id?.S)).toEqual(["2"]);
  });
});
