import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import { envelope } from "../../model/envelope.ts";
import type { Envelope } from "../../model/envelope.ts";
import type { SpoolReader } from "../../ports/spool-reader.ts";
import { queryIndex } from "./dynamo-table.ts";

/** The spool as the caretaker sees it: the deliveries table's sparse index, oldest first. */
export class DynamoSpoolReader implements SpoolReader {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async oldest(limit: number): Promise<readonly Envelope[]> {
    const place = { table: this.#table, index: "parked", key: "parkedAs", value: "spooled" };
    const found: Envelope[] = [];
    for await (const { message } of queryIndex(this.#client, place)) {
      found.push(z.parse(envelope, JSON.parse(String(message))));
      if (found.length >= limit) break;
    }
    return found;
  }

  async remove(id: string): Promise<void> {
    const Key = { id: { S: `spool:${id}` } };
    await this.#client.send(new DeleteItemCommand({ TableName: this.#table, Key }));
  }
}
