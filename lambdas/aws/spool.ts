import type { Envelope } from "../model/envelope.ts";
import type { Spool } from "../model/runtime.ts";
import type { DynamoTable } from "./table.ts";

/** Key and fields of a spooled event; the amoCRM webhook may put keys of this prefix and nothing else. */
export function spooled(envelope: Envelope) {
  return {
    key: `spool:${envelope.id}`,
    fields: {
      state: "spooled",
      // The same sparse index as the parked, under a key of its own.
      parkedAs: "spooled",
      receivedAtMillis: envelope.receivedAtMillis,
      message: JSON.stringify(envelope),
    },
  };
}

/**
 * Key of the request for a wide look: no event has such an id. Without `parkedAs` it is not in the
 * index of what was spooled.
 */
export const wideReconcileRequestId = "spool:wide-look";

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
