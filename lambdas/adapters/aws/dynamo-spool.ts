import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Envelope } from "../../model/envelope.ts";
import type { Spool } from "../../ports/spool.ts";

/**
 * Items of the deliveries table under keys of their own, without expiry. The amoCRM webhook may
 * put such keys and nothing else.
 */
export class DynamoSpool implements Spool {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async put(envelope: Envelope, options: { timeoutMillis: number }): Promise<void> {
    await this.#client.send(
      new PutItemCommand({
        TableName: this.#table,
        Item: {
          id: { S: `spool:${envelope.id}` },
          state: { S: "spooled" },
          receivedAtMillis: { N: String(envelope.receivedAtMillis) },
          message: { S: JSON.stringify(envelope) },
        },
      }),
      { abortSignal: AbortSignal.timeout(options.timeoutMillis) },
    );
  }
}
