import type { Envelope } from "../../model/envelope.ts";
import type { Spool } from "../../ports/spool.ts";
import type { DynamoTable } from "./dynamo-table.ts";

/**
 * Items of the deliveries table under keys of their own, without expiry. The amoCRM webhook may
 * put such keys and nothing else.
 */
export class DynamoSpool implements Spool {
  readonly #deliveries: DynamoTable;

  constructor(deliveries: DynamoTable) {
    this.#deliveries = deliveries;
  }

  async put(envelope: Envelope, options: { timeoutMillis: number }): Promise<void> {
    const { id, receivedAtMillis } = envelope;
    const fields = {
      state: "spooled",
      // The same sparse index as the parked, under a key of its own.
      parkedAs: "spooled",
      receivedAtMillis,
      message: JSON.stringify(envelope),
    };
    await this.#deliveries.put(`spool:${id}`, fields, options);
  }
}
