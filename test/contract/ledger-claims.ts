import type { ActivityNote } from "../../lambdas/model/conversation.ts";
import type { Claim, ClaimRequest, LedgerEntry } from "../../lambdas/model/ledger.ts";
import type { DeliveryLedger } from "../../lambdas/model/stores.ts";

/** A ledger, and the messages of its parked events. */
export type LedgerUnderTest = {
  readonly ledger: DeliveryLedger;
  readonly parkedMessage: (id: string) => Promise<string | undefined>;
  /** The note of the event's conversation. */
  readonly noteOf: (id: string) => Promise<ActivityNote | undefined>;
};

export const start = 1_700_000_000_000;
export const lease = 65_000;
export const month = 36 * 86_400_000;
export const parking = {
  reason: "blocked",
  detail: "Telegram answered 403",
  message: "as the queue held it",
  receivedAtMillis: start - 1,
  nowMillis: start,
} as const;
export const waiting = { notBeforeMillis: start, attempts: 0, ambiguous: 0, reason: "500" };
/** The entry of a granted claim. */
export function entryOf(claim: Claim): LedgerEntry | undefined {
  return claim.kind === "later" ? undefined : claim.entry;
}

let events = 0;
/** A new event id. */
export function anId(): string {
  return `tg:700:${(events += 1)}`;
}

/** A claim of an event, by default as "me" and with a lease of 65 s. */
export function aRequest(
  id: string,
  nowMillis = start,
  changes: Partial<ClaimRequest> = {},
): ClaimRequest {
  const leaseUntilMillis = nowMillis + lease;
  return { id, owner: "me", direction: "to-telegram", nowMillis, leaseUntilMillis, ...changes };
}
