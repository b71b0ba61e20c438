import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { AwsJsonClient } from "../../lambdas/ingest/aws/json-client.ts";
import {
  dynamoSpoolReader,
  dynamoWideReconcileReader,
} from "../../lambdas/aws/caretaker-stores.ts";
import { dynamoDb, jsonSpool } from "../../lambdas/ingest/aws/stores.ts";
import { startDynamoDb } from "../support/dynamodb.ts";
import { aRecordingLogger } from "../support/recording-logger.ts";

let dynamo: Awaited<ReturnType<typeof startDynamoDb>>;
let tables = 0;
beforeAll(async () => {
  dynamo = await startDynamoDb();
});
afterAll(() => dynamo.close());

const index = { name: "parked", key: "parkedAs", sort: "receivedAtMillis", sortType: "N" } as const;
const environment = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "k", AWS_SECRET_ACCESS_KEY: "s" };
const deadline = { timeoutMillis: 1000 };

const someRequests = async () => {
  const name = `wide-reconciles-${(tables += 1)}`;
  const table = await dynamo.table(name, "id", index);
  const { origin } = dynamo;
  const client = new AwsJsonClient({ service: dynamoDb, origin, environment, maxAttempts: 1 });
  return {
    requests: jsonSpool(client, name),
    reader: dynamoWideReconcileReader(table),
    spool: dynamoSpoolReader(table, aRecordingLogger()),
  };
};

describe("a request for a wide reconcile", () => {
  test("does not exist at first, and its removal is not an error", async () => {
    const { reader } = await someRequests();

    await reader.remove(5);

    expect(await reader.latest()).toBeUndefined();
  });

  test("is the latest of several", async () => {
    const { requests, reader } = await someRequests();

    await requests.ask(1_700_000_000_000, deadline);
    await requests.ask(1_700_000_060_000, deadline);

    expect(await reader.latest()).toBe(1_700_000_060_000);
  });

  test("is deleted when it was made by then, for any number of removals", async () => {
    const { requests, reader } = await someRequests();
    await requests.ask(10, deadline);

    await reader.remove(10);
    await reader.remove(10);

    expect(await reader.latest()).toBeUndefined();
  });

  test("stays when it was made later", async () => {
    const { requests, reader } = await someRequests();
    await requests.ask(11, deadline);

    await reader.remove(10);

    expect(await reader.latest()).toBe(11);
  });

  test("is not an event of the spool", async () => {
    const { requests, spool } = await someRequests();
    await requests.ask(10, deadline);

    expect(await spool.oldest(10)).toEqual([]);
  });
});
