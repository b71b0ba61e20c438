import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { readEnvelope } from "../../model/envelope.ts";
import type { Envelope } from "../../model/envelope.ts";
import type { Logger } from "../../ports/logger.ts";
import type { SpoolReader } from "../../ports/spool-reader.ts";
import { queryIndex, textIn } from "./dynamo-table.ts";

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
      const envelope = readEnvelope(textIn(message));
      // One that cannot be read must not keep the others from being drained.
      if (envelope !== undefined) found.push(envelope);
      else this.#logger.error("SpoolItemUnreadable", { key: textIn(id) });
      if (found.length >= limit) break;
    }
    return found;
  }

  async remove(id: string): Promise<void> {
    const Key = { id: { S: `spool:${id}` } };
    await this.#client.send(new DeleteItemCommand({ TableName: this.#table, Key }));
  }
}
