import type { Claim, ClaimRequest, End, Parking, Release } from "../model/ledger.ts";

/** Another attempt holds the event now: stop, without having recorded anything. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

/**
 * Decides what is sent, and remembers what was. Every write but the claim requires the lease and
 * throws {@link LeaseLost} without it.
 */
export interface DeliveryLedger {
  /**
   * Claims an event for one attempt. Claiming after an attempt that died (its lease ran out)
   * counts as an ambiguous outcome of the next part.
   */
  claim(request: ClaimRequest): Promise<Claim>;
  /** Records the parts that are through by now, by the ids the vendor gave them: whole, so that twice is once. */
  commitParts(id: string, owner: string, parts: readonly string[]): Promise<void>;
  /** Records the last part, if any, and the end in one write. */
  finish(id: string, owner: string, end: End): Promise<void>;
  release(id: string, owner: string, release: Release): Promise<void>;
  park(id: string, owner: string, parking: Parking): Promise<void>;
}
