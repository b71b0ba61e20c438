import { describe, expect, test } from "@jest/globals";
import { DynamoDeliveryLedger } from "../../lambdas/aws/ledger.ts";
import type { DynamoTable } from "../../lambdas/aws/table.ts";

/** A ledger with one item that has the next of the given states at each read. Counts the reads. */
const aLedgerReading = (...states: readonly string[]) => {
  let reads = 0;
  const get = async (id: string) => {
    const state = states[Math.min(reads, states.length - 1)] ?? "sent";
    reads += 1;
    return { id, state };
  };
  const ledger = new DynamoDeliveryLedger({ get } as unknown as DynamoTable);
  return { ledger, reads: () => reads };
};

describe("an event whose state is read repeatedly", () => {
  test.each(["sent", "ignored"])("is not read again once it was %s", async (state) => {
    const { ledger, reads } = aLedgerReading(state);

    const states = [await ledger.deliveryState("a"), await ledger.deliveryState("a")];

    expect([states, reads()]).toEqual([["ended", "ended"], 1]);
  });

  test("is read again while it is parked, because it may be redriven", async () => {
    const { ledger } = aLedgerReading("parked", "sending", "sent");

    const states = [await ledger.deliveryState("a"), await ledger.deliveryState("a")];

    expect(states).toEqual(["ended", "under-way"]);
  });
});
