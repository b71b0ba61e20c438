import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { GlobalSecondaryIndex } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { DynamoTable } from "../../lambdas/aws/table.ts";

/** A sparse index by a string key. Its optional sort key is a string, too, unless its type is given. */
export type TableIndex = {
  readonly name: string;
  readonly key: string;
  readonly sort?: string;
  readonly sortType?: "S" | "N";
  /** The attributes in it besides its keys. The default is whole items. */
  readonly includes?: readonly string[];
};

/** DynamoDB in this process, on a port of its own. */
export async function startDynamoDb(): Promise<{
  readonly client: DynamoDBClient;
  readonly origin: string;
  /** Creates a table with one string key, and an index when one is given. */
  table(name: string, key: string, index?: TableIndex): Promise<DynamoTable>;
  close(): Promise<void>;
}> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const client = new DynamoDBClient({
    endpoint: origin,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  return {
    client,
    origin,
    table: async (name, key, index) => {
      await client.send(
        new CreateTableCommand({
          TableName: name,
          BillingMode: "PAY_PER_REQUEST",
          KeySchema: [{ AttributeName: key, KeyType: "HASH" }],
          AttributeDefinitions: definitions(key, index),
          ...(index === undefined ? {} : { GlobalSecondaryIndexes: [secondary(index)] }),
        }),
      );
      return new DynamoTable(client, name, key);
    },
    close: async () => {
      client.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function definitions(key: string, index: TableIndex | undefined) {
  const types = new Map<string, "S" | "N">([[key, "S"]]);
  if (index !== undefined) types.set(index.key, "S");
  if (index?.sort !== undefined) types.set(index.sort, index.sortType ?? "S");
  return [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
}

function secondary({ name, key, sort, includes }: TableIndex): GlobalSecondaryIndex {
  return {
    IndexName: name,
    KeySchema: [
      { AttributeName: key, KeyType: "HASH" },
      ...(sort === undefined ? [] : [{ AttributeName: sort, KeyType: "RANGE" as const }]),
    ],
    Projection:
      includes === undefined
        ? { ProjectionType: "ALL" }
        : { ProjectionType: "INCLUDE", NonKeyAttributes: [...includes] },
  };
}
