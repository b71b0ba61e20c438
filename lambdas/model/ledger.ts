import type { ActivityNote } from "./conversation.ts";
import type { Direction } from "./envelope.ts";
import type { FailureKind, PermanentReason } from "./failure.ts";

/**
 * The ledger's entry of one event. States only move forward: `sending` (claimed, under a lease) or
 * `waiting` (released with a known outcome), then `sent`, `ignored` or `parked`.
 */
export type LedgerEntry = {
  readonly id: string;
  readonly state: "sending" | "waiting" | "sent" | "ignored" | "parked";
  /** The done steps, in order. The next step follows them. */
  readonly steps: readonly StepRecord[];
  /** Counted failures of the event. */
  readonly attempts: number;
  /** How many times the next step had an ambiguous outcome. */
  readonly ambiguous: number;
  /** When the trouble of the next step began. Only for trouble that may last for a limited time. */
  readonly troubleSinceMillis?: number;
  readonly reason?: string;
  /** How many redrives the event had after the sender parked it. */
  readonly redrive?: number;
};

/** The result of an attempt to claim an event. */
export type Claim =
  | { readonly kind: "claimed"; readonly entry: LedgerEntry }
  | { readonly kind: "finished"; readonly entry: LedgerEntry }
  /** A living attempt holds the claim, or the event has to wait. */
  | { readonly kind: "later"; readonly untilMillis: number };

/** The claimed event, the attempt that claims it, and the end of the lease. */
export type ClaimRequest = {
  readonly id: string;
  /** Unique for the attempt. Only the holder may write. */
  readonly owner: string;
  readonly direction: Direction;
  readonly nowMillis: number;
  readonly leaseUntilMillis: number;
  /** Only a redrive with a higher number than the last one can claim a parked event. */
  readonly redrive?: number;
  /** The ledger keeps it with the claim. A claim without it leaves the note of an earlier claim. */
  readonly active?: ActivityNote;
};

/** A known outcome that was not success. The same write gives the claim back. */
export type Release = {
  readonly notBeforeMillis: number;
  readonly attempts: number;
  readonly ambiguous: number;
  readonly reason: string;
  /** The ledger keeps it until the next step is done. A release without it leaves the earlier value. */
  readonly troubleSinceMillis?: number;
};

/** The end of an event. One write records the last step and all that the ledger remembers of it. */
export type End = {
  readonly state: "sent" | "ignored";
  /** All steps, including the last one. Absent when the ledger has them all already. */
  readonly steps?: readonly StepRecord[];
  readonly nowMillis: number;
};

/** Why a parked event waits for a person, who redrives or discards it. */
export type Parking = {
  readonly reason: PermanentReason;
  readonly detail: string;
  /** The queue's message unchanged, also when this version cannot read it. */
  readonly message: string;
  readonly receivedAtMillis: number;
  readonly nowMillis: number;
};

/** A failed attempt that the sender repeats, as a person reads it in `bridge status`. */
export type FailedAttempt = {
  readonly eventId: string;
  readonly atMillis: number;
  /** The words of our own failures, or the class of another error. It never quotes a message. */
  readonly reason: string;
  /** Absent when the failure is not a vendor's. */
  readonly kind?: FailureKind;
};

/** The key of a direction's last failed attempt in the deliveries table. */
export function failedAttemptId(direction: Direction): string {
  return `failed:${direction}`;
}

/** How long the ledger remembers, in days. Longer than the queue and the dead-letter queue together. */
export const ledgerDays = 35;

/**
 * All steps, and the id that each leaves in the ledger: Telegram's id of a message, amoCRM's id of
 * a message, the path of a file that the bridge keeps, the number of the redrive, or none.
 */
export const stepIds = {
  // Toward amoCRM: a customer's message.
  "keep-file": "path",
  "show-message": "amocrm",
  "show-reaction": "amocrm",
  "show-bot-message": "amocrm",
  // The talk: who answers in it, and its messages.
  "open-talk": "none",
  "catch-up": "none",
  "close-talk": "none",
  "find-no-talk": "none",
  "close-crm-talk": "none",
  "answer-as-bot": "telegram",
  "link-phone": "none",
  "make-lead": "none",
  "keep-profile": "none",
  "write-profile": "none",
  "add-note": "none",
  "remember-exchange": "none",
  "forget-transcript": "none",
  // The bridge's own messages to a customer, and the facts that it remembers.
  say: "telegram",
  "remember-language": "none",
  "remember-reachability": "none",
  // A customer whom nobody has answered.
  "report-wait": "none",
  // Toward Telegram: an operator's message.
  "check-order": "redrive",
  "send-preface": "telegram",
  "send-file": "telegram",
  "send-text": "telegram",
  react: "telegram",
  "show-typing": "none",
  // Back to amoCRM.
  "report-status": "none",
} as const satisfies Readonly<Record<string, "telegram" | "amocrm" | "path" | "redrive" | "none">>;

export type StepName = keyof typeof stepIds;

/** The outcome of a step that leaves no id, or that did not end as planned. */
export type StepOutcome =
  /** The step failed, and the event continues without it. */
  | "skipped"
  /** The vendor refused this way. The next step tries another way. */
  | "refused"
  /** The file is larger than Telegram lets a bot fetch, or it cannot be fetched any more. */
  | "too-large"
  | "unavailable"
  /** Whether a later message of the chat went out before this late one. */
  | "in-order"
  | "out-of-order"
  /** There was nothing left to change. */
  | "unchanged"
  | "outdated";

/** A done step, as the ledger keeps it. */
export type StepRecord = {
  readonly step: StepName;
  readonly id?: string;
  readonly outcome?: StepOutcome;
};

/** The ids of the Telegram messages that an event has made so far, in order. */
export function telegramMessagesOf(steps: readonly StepRecord[]): string[] {
  return steps.flatMap(({ step, id }) =>
    stepIds[step] === "telegram" && id !== undefined ? [id] : [],
  );
}
