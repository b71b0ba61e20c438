import type { Direction, Envelope } from "../model/envelope.ts";
import type { PermanentReason } from "../model/failure.ts";
import type { LedgerEntry, StepRecord } from "../model/ledger.ts";
import type { Now, Random, Logger } from "../model/runtime.ts";
import type { BodyStore, ConversationStore, DeliveryLedger } from "../model/stores.ts";
import type { Activity } from "./activity.ts";
import type { AttemptConversations } from "./attempt-conversations.ts";
import type { Pauses } from "./rate-limits.ts";
import type { Step } from "./step.ts";

/** What a step left: a vendor's id or an outcome, which the ledger keeps. */
export type StepResult = Omit<StepRecord, "step">;

/** What is to be done about an event. */
export type Work =
  | {
      readonly kind: "steps";
      /** In order; where one depends on how the earlier went, by the records of those that are done. */
      readonly steps: readonly Step[] | ((done: readonly StepRecord[]) => Step | undefined);
    }
  | { readonly kind: "ignore"; readonly reason: string }
  | { readonly kind: "park"; readonly reason: PermanentReason; readonly detail: string };

export type StepsWork = Extract<Work, { kind: "steps" }>;

/** The step that follows those that are done; undefined when all are. */
export function stepAfter(work: StepsWork, done: readonly StepRecord[]): Step | undefined {
  return typeof work.steps === "function" ? work.steps(done) : work.steps[done.length];
}

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
   * Decides it, for an event that is not done yet; may throw TransientFailure. What an earlier attempt
   * has begun is continued, whatever has changed since.
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
  /** No new step is begun when less than its time limit is left before it. */
  readonly deadlineMillis: number;
};

/** How the queue took an event. */
export type Accepted = {
  readonly eventId: string;
  readonly acceptedAtMillis: number;
  /** A person has sent it again. */
  readonly isRedriven: boolean;
};

/** What the queue shall do with the event. */
export type Verdict =
  | { readonly kind: "done" }
  | { readonly kind: "retry"; readonly afterSeconds: number };

/** How an attempt ended; without a verdict the event is sent, ignored or parked. */
export type Ended = { readonly entry: LedgerEntry; readonly verdict?: Verdict };

/** In what a step is carried out. */
export type StepContext = {
  readonly entry: LedgerEntry;
  readonly deadlineMillis: number;
  readonly conversations: AttemptConversations;
  /** The first step of the attempt follows right after the conversation was read. */
  readonly isFirst: boolean;
};

/** What an attempt reads and writes. */
type DeliveryStores = {
  readonly ledger: DeliveryLedger;
  readonly conversations: ConversationStore;
  /** Bodies that are too large for a message, whose copies live as long as their events are parked. */
  readonly bodies: BodyStore;
  readonly activity: Activity;
  readonly pauses: Pauses;
};

/** What an attempt does with an event. */
export type DeliveryWork = {
  /** Moves an event to the queue group where it belongs, or waits to learn which that is. */
  readonly regroup?: (attempt: Attempt) => Promise<Verdict | undefined>;
  /** Whether what was read of a conversation a moment ago is enough to begin with. */
  readonly mayReadStale: (attempt: Attempt) => boolean;
  /** Reads an event; verifies it first when ingest could not. May throw TransientFailure. */
  readonly jobFor: (attempt: Attempt, conversations: AttemptConversations) => Promise<Job>;
  /** Does what a step says. May throw TransientFailure or PermanentFailure. */
  readonly carryOut: (step: Step, context: StepContext) => Promise<StepResult>;
  /** Before a message is repeated whose outcome is unknown: a call that changes nothing in its chat. */
  readonly probe: (step: Step, context: StepContext) => Promise<void>;
  /** Called when an event has to wait; whatever it throws is logged and changes nothing. */
  readonly whileWaiting?: (attempt: Attempt, conversations: AttemptConversations) => Promise<void>;
  /** Tells the operator how the message of that id ended; `isRepeat`: an earlier attempt may have. */
  readonly tell: (
    ended: {
      readonly amocrmMessageId: string;
      readonly entry: LedgerEntry;
      readonly isRepeat: boolean;
      readonly leftOut: string | undefined;
    },
    attempt: Attempt,
    conversations: AttemptConversations,
  ) => Promise<void>;
};

/** What an attempt needs from outside. */
export type DeliverDependencies = {
  readonly stores: DeliveryStores;
  readonly work: DeliveryWork;
  readonly now: Now;
  readonly random: Random;
  readonly logger: Logger;
  readonly leaseMillis: number;
};
