import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import { envelope } from "../../model/envelope.ts";
import type { Envelope } from "../../model/envelope.ts";
import type { Logger } from "../../ports/logger.ts";
import type { SpoolReader } from "../../ports/spool-reader.ts";
import { queryIndex } from "./dynamo-table.ts";

/** The spool as the caretaker sees it: the deliveries table's sparse index, oldest first. */
export class DynamoSpoolReader implements SpoolReader {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #logger: Logger;

  constructor(client: DynamoDBClient, table: string, logger: Logger) {
    this.#client = client;
    this.#table = table;
    this.#logger = logger;
  }

  async oldest(limit: number): Promise<readonly Envelope[]> {
    const place = { table: this.#table, index: "parked", key: "parkedAs", value: "spooled" };
    const found: Envelope[] = [];
    for await (const { id, message } of queryIndex(this.#client, place)) {
      const read = z.safeParse(envelope, parse(String(message)));
      // One that cannot be read must not keep the others from being drained.
      if (read.success) found.push(read.data);
      else this.#logger.error("SpoolItemUnreadable", { key: String(id) });
      if (found.length >= limit) break;
    }
    return found;
  }

  async remove(id: string): Promise<void> {
    const Key = { id: { S: `spool:${id}` } };
    await this.#client.send(new DeleteItemCommand({ TableName: this.#table, Key }));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
