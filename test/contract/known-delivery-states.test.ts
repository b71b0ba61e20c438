import { describe, expect, test } from "@jest/globals";
import { DynamoDeliveryLedger } from "../../lambdas/aws/ledger.ts";
import type { DynamoTable } from "../../lambdas/aws/table.ts";

/** A ledger over one item in each of the given states, one a read; tells how often it was read. */
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

describe("an event whose standing is asked for again and again", () => {
  test.each(["sent", "ignored"])("is not read any more once it was seen %s", async (state) => {
    const { ledger, reads } = aLedgerReading(state);

    const told = [await ledger.deliveryState("a"), await ledger.deliveryState("a")];

    expect([told, reads()]).toEqual([["ended", "ended"], 1]);
  });

  test("is read anew while it is parked, because it may be redriven", async () => {
    const { ledger } = aLedgerReading("parked", "sending", "sent");

    const told = [await ledger.deliveryState("a"), await ledger.deliveryState("a")];

    expect(told).toEqual(["ended", "under-way"]);
  });
});
