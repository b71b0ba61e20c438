import type { Direction, Envelope } from "../model/envelope.ts";
import type { PermanentReason } from "../model/failure.ts";
import type { LedgerEntry, StepRecord } from "../model/ledger.ts";
import type { Now, Random, Logger } from "../model/runtime.ts";
import type {
  BodyStore,
  ConversationStore,
  DeliveryLedger,
  FailedAttempts,
} from "../model/stores.ts";
import type { Activity } from "./activity.ts";
import type { AttemptConversations } from "./attempt-conversations.ts";
import type { Pauses } from "./rate-limits.ts";
import type { Step } from "./step.ts";

/** The result of a step: a vendor's id or an outcome. The ledger keeps it. */
export type StepResult = Omit<StepRecord, "step">;

/** The decision about an event: do its steps, ignore it, or park it. */
export type Decision =
  | {
      readonly kind: "steps";
      /** In order. A function when a step depends on the records of the steps before it. */
      readonly steps: readonly Step[] | ((done: readonly StepRecord[]) => Step | undefined);
    }
  | { readonly kind: "ignore"; readonly reason: string }
  | { readonly kind: "park"; readonly reason: PermanentReason; readonly detail: string };

export type StepsDecision = Extract<Decision, { kind: "steps" }>;

/** The step that follows the steps that are done; undefined when all steps are done. */
export function stepAfter({ steps }: StepsDecision, done: readonly StepRecord[]): Step | undefined {
  return typeof steps === "function" ? steps(done) : steps[done.length];
}

/** The decision's own steps, then others: `next` gives the one that follows that many of them. */
export function followedBy(
  decision: StepsDecision,
  next: (doneOfOthers: number) => Step | undefined,
): StepsDecision {
  const steps = (done: readonly StepRecord[]): Step | undefined => {
    const own = stepAfter(decision, done);
    if (own !== undefined) return own;
    const ended = done.findIndex(
      (_, count) => stepAfter(decision, done.slice(0, count)) === undefined,
    );
    return next(ended < 0 ? 0 : done.length - ended);
  };
  return { kind: "steps", steps };
}

/** Why an event is out of order in its chat: how it came, or because its hook did not name the chat. */
export type Late = NonNullable<Envelope["late"]> | "without-client-id";

/** An event that the router has read, verified and given to the capability that decides it. */
export type RoutedEvent = {
  /** amoCRM's id of the operator's message. Its delivery status shows the outcome to the operator. */
  readonly reportTo?: string;
  /**
   * The part of that message that the bridge leaves out, by amoCRM's name for its kind. Only the words go.
   */
  readonly leftOut?: string;
  /** amoCRM's chat in which an operator wrote first. Its customer has not written to the bot. */
  readonly writesFirstIn?: string;
  /** Why the event is late, also when its envelope does not say so. */
  readonly late?: Late;
  /**
   * Decides what to do, for an event that is not done yet. May throw TransientFailure. It continues what an
   * earlier attempt has begun, whatever has changed since.
   */
  decide(entry: LedgerEntry): Promise<Decision>;
};

/** One attempt at one event that the queue handed out. */
export type Attempt = {
  /** The ledger key: the event's id, not the queue's id of the message. */
  readonly id: string;
  /** The queue group. The event keeps its order in this group. */
  readonly group: string;
  readonly direction: Direction;
  /** Undefined when this version of the code cannot read the queue's message. */
  readonly envelope: Envelope | undefined;
  /** The queue's message, unchanged. The ledger keeps it when the sender parks the event. */
  readonly message: string;
  readonly owner: string;
  readonly receiveCount: number;
  /** When the queue took the event. For a redriven event this is the time of the redrive. */
  readonly acceptedAtMillis: number;
  /** The sender begins a step only when the step's time limit ends before this moment. */
  readonly deadlineMillis: number;
};

/** When the queue took an event, and how. */
export type AcceptedEvent = {
  readonly eventId: string;
  readonly acceptedAtMillis: number;
  /** A person has sent the event again. */
  readonly isRedriven: boolean;
};

/** What the queue shall do with the event: remove it, or hand it out again. */
export type Verdict =
  { readonly kind: "done" } | { readonly kind: "retry"; readonly afterSeconds: number };

/** How an attempt ended. Without a verdict the event is sent, ignored or parked. */
export type AttemptResult = { readonly entry: LedgerEntry; readonly verdict?: Verdict };

/** The context in which a step runs. */
export type StepContext = {
  readonly entry: LedgerEntry;
  readonly deadlineMillis: number;
  readonly conversations: AttemptConversations;
  /** True for the first step of the attempt. The attempt has read the conversation just before it. */
  readonly isFirst: boolean;
};

/** The stores that an attempt reads and writes. */
type DeliveryStores = {
  readonly ledger: DeliveryLedger;
  readonly conversations: ConversationStore;
  /** Bodies that are too large for a queue message. A copy lives as long as its event is parked. */
  readonly bodies: BodyStore;
  readonly activity: Activity;
  readonly pauses: Pauses;
  readonly failedAttempts: FailedAttempts;
};

/** The actions that an attempt takes with an event. */
export type DeliveryActions = {
  /** Moves an event to the queue group where it belongs, or waits to learn which group that is. */
  readonly regroup?: (attempt: Attempt) => Promise<Verdict | undefined>;
  /** True when an eventually consistent read of the conversation is enough to begin with. */
  readonly mayReadStale: (attempt: Attempt) => boolean;
  /** Reads an event, and verifies it first when ingest could not. May throw TransientFailure. */
  readonly route: (attempt: Attempt, conversations: AttemptConversations) => Promise<RoutedEvent>;
  /** Carries out a step. May throw TransientFailure or PermanentFailure. */
  readonly carryOut: (step: Step, context: StepContext) => Promise<StepResult>;
  /** Probes a chat, without a change in it, before the sender repeats a message of ambiguous outcome. */
  readonly probe: (step: Step, context: StepContext) => Promise<void>;
  /** The sender calls this when an event has to wait. It logs any error thrown here, and goes on. */
  readonly whileWaiting?: (attempt: Attempt, conversations: AttemptConversations) => Promise<void>;
  /**
   * Reports how the operator's message of that id ended. `isRepeat`: an earlier attempt may have reported it.
   */
  readonly reportOutcome: (
    ended: {
      readonly amocrmMessageId: string;
      readonly entry: LedgerEntry;
      readonly isRepeat: boolean;
      readonly leftOut: string | undefined;
      readonly writesFirstIn?: string | undefined;
    },
    attempt: Attempt,
    conversations: AttemptConversations,
  ) => Promise<void>;
};

/** The dependencies of an attempt. */
export type DeliverDependencies = {
  readonly stores: DeliveryStores;
  readonly actions: DeliveryActions;
  readonly now: Now;
  readonly random: Random;
  readonly logger: Logger;
  readonly leaseMillis: number;
};
