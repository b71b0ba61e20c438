import type { ActivityNote } from "./conversation.ts";
import type { Direction } from "./envelope.ts";
import type { PermanentReason } from "./failure.ts";

/**
 * What the ledger knows of one event. States only move forward: `sending` (claimed, under a lease)
 * or `waiting` (released with a known outcome), then `sent`, `ignored` or `parked`.
 */
export type LedgerEntry = {
  readonly id: string;
  readonly state: "sending" | "waiting" | "sent" | "ignored" | "parked";
  /** The steps that are done, in order; the next step follows them. */
  readonly steps: readonly StepRecord[];
  /** Counted failures of the event. */
  readonly attempts: number;
  /** How often the outcome of the next step was unknown. */
  readonly ambiguous: number;
  /** Since when the next step has met trouble that may last for some time only. */
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
  /** Kept until the next step is done; a release without leaves what an earlier one has noted. */
  readonly troubleSinceMillis?: number;
};

/** The end of an event; the last step and all that is remembered of it are one write. */
export type End = {
  readonly state: "sent" | "ignored";
  /** All steps, the last one with them; left out where the ledger has them all already. */
  readonly steps?: readonly StepRecord[];
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

/**
 * What a step of an event does, and whose id it leaves in the ledger: Telegram's of a message, amoCRM's of
 * a message, the path of a file that the bridge keeps, or none.
 */
export const stepIds = {
  // Toward amoCRM: a customer's message.
  "keep-file": "path",
  "show-message": "amocrm",
  "show-reaction": "amocrm",
  "show-bot-message": "amocrm",
  // The talk: whose it is, and what was said in it.
  "open-talk": "none",
  "catch-up": "none",
  "close-talk": "none",
  "find-no-talk": "none",
  "answer-as-bot": "telegram",
  "link-phone": "none",
  "remember-exchange": "none",
  "forget-transcript": "none",
  // The bridge's own lines to a customer, and what it remembers of them.
  say: "telegram",
  "remember-language": "none",
  "remember-reachability": "none",
  // Toward Telegram: an operator's message.
  "send-preface": "telegram",
  "send-file": "telegram",
  "send-text": "telegram",
  react: "telegram",
  "show-typing": "none",
  // Back to amoCRM.
  "report-status": "none",
} as const satisfies Readonly<Record<string, "telegram" | "amocrm" | "path" | "none">>;

export type StepName = keyof typeof stepIds;

/** How a step ended that has no id to leave, or did not end as was wanted. */
export type StepOutcome =
  /** It failed, and the event goes on without it. */
  | "skipped"
  /** The vendor refused this way of doing it; the next step tries another one. */
  | "refused"
  /** The file is larger than Telegram lets a bot fetch, or nobody can fetch it any more. */
  | "too-large"
  | "unavailable"
  /** There was nothing to change any more. */
  | "unchanged"
  | "outdated";

/** A step that is done, as the ledger keeps it. */
export type StepRecord = {
  readonly step: StepName;
  readonly id?: string;
  readonly outcome?: StepOutcome;
};

/** The ids of the Telegram messages that an event has become so far, in order. */
export function telegramMessagesOf(steps: readonly StepRecord[]): string[] {
  return steps.flatMap(({ step, id }) =>
    stepIds[step] === "telegram" && id !== undefined ? [id] : [],
  );
}
