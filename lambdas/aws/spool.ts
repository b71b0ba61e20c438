import type { Envelope } from "../model/envelope.ts";
import type { Spool } from "../model/runtime.ts";
import type { DynamoTable } from "./table.ts";

/** Key and fields of a spooled event. The amoCRM webhook may put only keys with this prefix. */
export function spooled(envelope: Envelope) {
  return {
    key: `spool:${envelope.id}`,
    fields: {
      state: "spooled",
      // The sparse index of the parked events, with a key of its own.
      parkedAs: "spooled",
      receivedAtMillis: envelope.receivedAtMillis,
      message: JSON.stringify(envelope),
    },
  };
}

/**
 * Key of the request for a wide reconcile. No event has such an id. The item has no `parkedAs`, so the
 * index of spooled events does not have it.
 */
export const wideReconcileRequestId = "spool:wide-reconcile";

/** Items of the deliveries table with keys of their own. They do not expire. */
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
