import * as z from "zod/mini";
import type { LedgerEntry } from "../../model/ledger.ts";

const record = z.looseObject({
  id: z.string(),
  state: z.enum(["sending", "waiting", "sent", "ignored", "parked"]),
  parts: z._default(z.array(z.string()), []),
  attempts: z._default(z.int(), 0),
  ambiguous: z._default(z.int(), 0),
  reason: z.optional(z.string()),
  owner: z._default(z.string(), ""),
  leaseUntilMillis: z._default(z.int(), 0),
  notBeforeMillis: z._default(z.int(), 0),
  expiresAt: z.optional(z.int()),
});

/** A ledger item with the fields that only the ledger itself needs. */
export type LedgerRecord = LedgerEntry & {
  readonly owner: string;
  readonly leaseUntilMillis: number;
  readonly notBeforeMillis: number;
  readonly expiresAt: number | undefined;
};

/** Checks an item as read from the table. */
export function readRecord(item: Readonly<Record<string, unknown>>): LedgerRecord {
  const { id, state, parts, attempts, ambiguous, reason, ...held } = z.parse(record, item);
  const { owner, leaseUntilMillis, notBeforeMillis, expiresAt } = held;
  return {
    ...{ id, state, parts, attempts, ambiguous },
    ...{ owner, leaseUntilMillis, notBeforeMillis, expiresAt },
    ...(reason === undefined ? {} : { reason }),
  };
}
