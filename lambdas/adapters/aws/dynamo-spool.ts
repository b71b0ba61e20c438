import type { Envelope } from "../../model/envelope.ts";
import type { Spool } from "../../ports/spool.ts";
import type { DynamoTable } from "./dynamo-table.ts";
import { spooled } from "./spooled-event.ts";

/** Items of the deliveries table under keys of their own, without expiry. */
export class DynamoSpool implements Spool {
  readonly #deliveries: DynamoTable;

  constructor(deliveries: DynamoTable) {
    this.#deliveries = deliveries;
  }

  async put(envelope: Envelope, options: { timeoutMillis: number }): Promise<void> {
    const { key, fields } = spooled(envelope);
    await this.#deliveries.put(key, fields, options);
  }
}
