import type { Direction, Envelope } from "../model/envelope.ts";
import type { PermanentReason } from "../model/failure.ts";
import type { LedgerEntry, StepName, StepRecord } from "../model/ledger.ts";
import type { Now, Random } from "../ports/clock.ts";
import type { BodyStore } from "../ports/bodies.ts";
import type { DeliveryLedger } from "../ports/delivery-ledger.ts";
import type { Logger } from "../ports/logger.ts";
import type { Activity } from "./activity.ts";
import type { Pauses } from "./pauses.ts";

/** What a step left: a vendor's id or an outcome, which the ledger keeps. */
export type StepResult = Omit<StepRecord, "step">;

/**
 * One thing to do for an event. Each is recorded when it is done, so that the next attempt goes on where
 * one that died has stopped.
 */
export type Step = {
  readonly name: StepName;
  /** Does it, in an attempt that ends then. */
  run(entry: LedgerEntry, deadlineMillis?: number): Promise<StepResult>;
  /**
   * For a vendor without an idempotency key: after an outcome that is unknown, this harmless call
   * must be answered before the one repeat. Without it a repeat is harmless by itself.
   */
  readonly beforeRepeat?: () => Promise<void>;
  /** How long it may take, when that is longer than one call. */
  readonly patienceMillis?: number;
  /** Failures in spite of which the event goes on, without this step. */
  readonly skipAfter?: (error: unknown, entry: LedgerEntry) => boolean;
};

/** What is to be done about an event. */
export type Work =
  | {
      readonly kind: "steps";
      /** In order; where one depends on how the earlier went, by the records of those that are done. */
      readonly steps: readonly Step[] | ((done: readonly StepRecord[]) => Step | undefined);
    }
  | { readonly kind: "ignore"; readonly reason: string }
  | { readonly kind: "park"; readonly reason: PermanentReason; readonly detail: string };

/** The step that follows those that are done; undefined when all are. */
export function stepAfter(work: StepsWork, done: readonly StepRecord[]): Step | undefined {
  return typeof work.steps === "function" ? work.steps(done) : work.steps[done.length];
}
export type StepsWork = Extract<Work, { kind: "steps" }>;

/** How an event fell out of the order of its chat: by how it came, or because its hook did not name it. */
export type Late = NonNullable<Envelope["late"]> | "without-client-id";

/** What an event asks for. */
export type Job = {
  /** amoCRM's id of the operator's message, whose status tells the outcome. */
  readonly tell?: string;
  /** What of that message cannot be sent, by amoCRM's word for its kind: the words went without it. */
  readonly leftOut?: string;
  /** Where it is late in a way that its envelope does not tell. */
  readonly late?: Late;
  /**
   * Decides it, for an event that is not through yet; may throw TransientFailure. What was begun by
   * an earlier attempt is to be gone on with, whatever has changed since.
   */
  work(entry: LedgerEntry): Promise<Work>;
};

/** One attempt at one event, as the queue handed it out. */
export type Attempt = {
  /** Ledger key: the event's id, whatever the queue calls the message. */
  readonly id: string;
  /** The queue group, whose order the event keeps. */
  readonly group: string;
  readonly direction: Direction;
  /** Undefined when this version cannot read what the queue holds. */
  readonly envelope: Envelope | undefined;
  /** The queue's message as it stands, kept when the event is parked. */
  readonly message: string;
  readonly owner: string;
  readonly receiveCount: number;
  /** When the queue took the event; a redriven one starts anew. */
  readonly acceptedAtMillis: number;
  /** No new step is begun when less than a vendor call's patience is left before it. */
  readonly deadlineMillis: number;
};

/** What the queue shall do with the event. */
export type Verdict =
  | { readonly kind: "done" }
  | { readonly kind: "again"; readonly afterSeconds: number };

/** How an attempt ended; without a verdict the event is through, ignored or parked. */
export type Ended = { readonly entry: LedgerEntry; readonly verdict?: Verdict };

/** What an attempt needs from outside. */
export type DeliverDependencies = {
  readonly ledger: DeliveryLedger;
  /** Bodies that are too large for a message, whose copies live as long as their events are parked. */
  readonly bodies: BodyStore;
  readonly activity: Activity;
  readonly now: Now;
  readonly random: Random;
  readonly logger: Logger;
  readonly leaseMillis: number;
  readonly pauses: Pauses;
  /** Moves an event to the queue group where it belongs, or waits to learn which that is. */
  readonly regroup?: (attempt: Attempt) => Promise<Verdict | undefined>;
  /** Told whose turn it is before anything is asked, so that their conversation may be read meanwhile. */
  readonly readAhead?: (attempt: Attempt) => void;
  /** Reads an event; verifies it first when ingest could not. May throw TransientFailure. */
  readonly jobFor: (attempt: Attempt) => Promise<Job>;
  /** Called when an event has to wait; whatever it throws is logged and changes nothing. */
  readonly whileWaiting?: (attempt: Attempt) => Promise<void>;
  /** Tells the operator how the message of that id ended; `isRepeat`: somebody may have before. */
  readonly tell: (
    amocrmMessageId: string,
    entry: LedgerEntry,
    attempt: Attempt,
    isRepeat: boolean,
    leftOut?: string,
  ) => Promise<void>;
};
