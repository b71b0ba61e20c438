import * as z from "zod/mini";
import { ledgerDays } from "../../model/ledger.ts";
import type { LedgerEntry, StepName, StepOutcome } from "../../model/ledger.ts";

/** Names that a later version has written, before it was rolled back, are kept as they are. */
const stepRecord = z.object({
  step: z.custom<StepName>((step) => typeof step === "string"),
  id: z.exactOptional(z.string()),
  outcome: z.exactOptional(z.custom<StepOutcome>((outcome) => typeof outcome === "string")),
});

const ledgerRecord = z.looseObject({
  id: z.string(),
  state: z.enum(["sending", "waiting", "sent", "ignored", "parked"]),
  steps: z._default(z.array(stepRecord), []),
  attempts: z._default(z.int(), 0),
  ambiguous: z._default(z.int(), 0),
  redrive: z._default(z.int(), 0),
  reason: z.optional(z.string()),
  troubleSinceMillis: z.optional(z.int()),
  owner: z._default(z.string(), ""),
  leaseUntilMillis: z._default(z.int(), 0),
  notBeforeMillis: z._default(z.int(), 0),
  endedAtMillis: z.optional(z.int()),
  expiresAt: z.optional(z.int()),
});

/** A ledger item with the fields that only the ledger itself needs. */
export type LedgerRecord = LedgerEntry & {
  readonly owner: string;
  readonly leaseUntilMillis: number;
  readonly notBeforeMillis: number;
  /** 0 for what has not ended; to the second for what is through, whose time to live says it. */
  readonly endedAtMillis: number;
  /** Unix seconds. */
  readonly expiresAt?: number;
};

/** Checks an item as read from the table. */
export function readRecord(item: Readonly<Record<string, unknown>>): LedgerRecord {
  const { reason, expiresAt, endedAtMillis, troubleSinceMillis, ...record } = z.parse(
    ledgerRecord,
    item,
  );
  const isThrough = record.state === "sent" || record.state === "ignored";
  return {
    ...record,
    endedAtMillis: endedAtMillis ?? (isThrough ? endedBefore(expiresAt) : 0),
    ...(reason === undefined ? {} : { reason }),
    ...(troubleSinceMillis === undefined ? {} : { troubleSinceMillis }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

function endedBefore(expiresAt = 0): number {
  return Math.max(0, (expiresAt - ledgerDays * 86_400) * 1000);
}
