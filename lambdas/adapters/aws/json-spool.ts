import type { Envelope } from "../../model/envelope.ts";
import type { Spool } from "../../ports/spool.ts";
import type { AwsJsonClient, JsonService } from "./aws-json-client.ts";
import { spooled } from "./spooled-event.ts";

/** DynamoDB's JSON protocol. */
export const dynamoDb: JsonService = {
  name: "dynamodb",
  variable: "DYNAMODB",
  target: "DynamoDB_20120810",
  json: "1.0",
};

/** The spool in the deliveries table, through the small client. */
export class JsonSpool implements Spool {
  readonly #client: AwsJsonClient;
  readonly #table: string;

  constructor(client: AwsJsonClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async put(envelope: Envelope, options: { timeoutMillis: number }): Promise<void> {
    const { key, fields } = spooled(envelope);
    const { receivedAtMillis, ...texts } = fields;
    const Item = {
      ...Object.fromEntries(Object.entries({ id: key, ...texts }).map(([k, S]) => [k, { S }])),
      receivedAtMillis: { N: String(receivedAtMillis) },
    };
    await this.#client.call("PutItem", { TableName: this.#table, Item }, options);
  }
}
