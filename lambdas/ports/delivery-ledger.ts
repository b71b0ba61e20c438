import type { Claim, ClaimRequest, End, Parking, Release, StepRecord } from "../model/ledger.ts";

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
   * counts as an ambiguous outcome of the next step.
   */
  claim(request: ClaimRequest): Promise<Claim>;
  /** Records all steps that are done by now: the whole list, so that a repeated write changes nothing. */
  commitSteps(id: string, owner: string, steps: readonly StepRecord[]): Promise<void>;
  /** Records the last step, if any, and the end in one write. */
  finish(id: string, owner: string, end: End): Promise<void>;
  release(id: string, owner: string, release: Release): Promise<void>;
  park(id: string, owner: string, parking: Parking): Promise<void>;
}
