import type { WideLookRequests } from "../../ports/wide-look-requests.ts";
import type { AwsJsonClient } from "./aws-json-client.ts";
import { wideLookRequestId } from "./spooled-event.ts";

/** The request for a wide look in the deliveries table, through the small client. */
export class JsonWideLookRequests implements WideLookRequests {
  readonly #client: AwsJsonClient;
  readonly #table: string;

  constructor(client: AwsJsonClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async ask(askedAtMillis: number, options: { timeoutMillis: number }): Promise<void> {
    const Item = { id: { S: wideLookRequestId }, askedAtMillis: { N: String(askedAtMillis) } };
    await this.#client.call("PutItem", { TableName: this.#table, Item }, options);
  }
}
