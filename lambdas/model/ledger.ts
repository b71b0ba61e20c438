import type { ActivityNote } from "./activity.ts";
import type { Direction } from "./envelope.ts";
import type { PermanentReason } from "./failure.ts";

/**
 * What the ledger knows of one event. States only move forward: `sending` (claimed, under a lease)
 * or `waiting` (released with a known outcome), then `sent`, `ignored` or `parked`.
 */
export type LedgerEntry = {
  readonly id: string;
  readonly state: "sending" | "waiting" | "sent" | "ignored" | "parked";
  /** Ids the vendor gave to the parts that are through, in order; the next part follows them. */
  readonly parts: readonly string[];
  /** Counted failures of the event. */
  readonly attempts: number;
  /** How often the outcome of the next part was unknown. */
  readonly ambiguous: number;
  /** Since when the next part has met trouble that may last for some time only. */
  readonly troubleSinceMillis?: number;
  readonly reason?: string;
  /** How often it was redriven after it had been parked. */
  readonly redrive?: number;
};

/** The answer to an attempt to claim an event. */
export type Claim =
  | { readonly kind: "claimed"; readonly entry: LedgerEntry }
  | { readonly kind: "finished"; readonly entry: LedgerEntry }
  /** Claimed by a living attempt, or told to wait. */
  | { readonly kind: "later"; readonly untilMillis: number };

/** Who claims what, and until when. */
export type ClaimRequest = {
  readonly id: string;
  /** Unique for the attempt; only its holder may write. */
  readonly owner: string;
  readonly direction: Direction;
  readonly nowMillis: number;
  readonly leaseUntilMillis: number;
  /** A parked event is claimed by a redrive of a higher number than its last, and by nothing else. */
  readonly redrive?: number;
  /** Kept with the claim; one without leaves what an earlier claim of the event has noted. */
  readonly active?: ActivityNote;
};

/** A known outcome that was not success: the claim is given back in the same write. */
export type Release = {
  readonly notBeforeMillis: number;
  readonly attempts: number;
  readonly ambiguous: number;
  readonly reason: string;
  /** Kept until the next part is through; a release without leaves what an earlier one has noted. */
  readonly troubleSinceMillis?: number;
};

/** The end of an event; the last part and all that is remembered of it are one write. */
export type End = {
  readonly state: "sent" | "ignored";
  /** All that went through, the last one with them; as they are known where it is left out. */
  readonly parts?: readonly string[];
  readonly nowMillis: number;
};

/** Why an event waits for a person. What the queue held is kept until it is redriven or discarded. */
export type Parking = {
  readonly reason: PermanentReason;
  readonly detail: string;
  /** The queue's message as it stands, also when this version cannot read it. */
  readonly message: string;
  readonly receivedAtMillis: number;
  readonly nowMillis: number;
};

/** How long the ledger remembers, in days: longer than queue and dead-letter queue together. */
export const ledgerDays = 35;
