import type { ActivityNote } from "../../lambdas/model/conversation.ts";
import type { Claim, ClaimRequest, LedgerEntry } from "../../lambdas/model/ledger.ts";
import type { DeliveryLedger } from "../../lambdas/model/stores.ts";

/** A ledger, and what it keeps of a parked event. */
export type LedgerUnderTest = {
  readonly ledger: DeliveryLedger;
  readonly parkedMessage: (id: string) => Promise<string | undefined>;
  /** What is noted with an event of the conversation that it belongs to. */
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
/** The entry of a claim that answered one. */
export function entryOf(claim: Claim): LedgerEntry | undefined {
  return claim.kind === "later" ? undefined : claim.entry;
}

let events = 0;
/** An event nobody has named before. */
export function anId(): string {
  return `tg:700:${(events += 1)}`;
}

/** A request to claim an event, by default as "me" and with a lease of 65 s. */
export function aRequest(
  id: string,
  nowMillis = start,
  changes: Partial<ClaimRequest> = {},
): ClaimRequest {
  const leaseUntilMillis = nowMillis + lease;
  return { id, owner: "me", direction: "to-telegram", nowMillis, leaseUntilMillis, ...changes };
}
