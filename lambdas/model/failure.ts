/** The kinds of a vendor's failure. Alarms and commands use the kind, never the words of a failure. */
export const failureKinds = [
  /** No answer came in time, or there was no connection. */
  "no-answer",
  "rate-limit",
  /** The vendor refuses the credentials or the access that they give. A person must act. */
  "unauthorized",
  /** Another program reads the updates of the bot. */
  "conflict",
  "server-error",
  "other",
] as const;
export type FailureKind = (typeof failureKinds)[number];

/** The vendor and the kind of its failure. */
export type FailureSource = {
  readonly vendor: "telegram" | "amocrm";
  readonly kind: FailureKind;
  /** The HTTP status, when there was an answer. */
  readonly status?: number;
};

/**
 * A failure that a retry may cure. `ambiguous` says that we wrote the request and no answer came,
 * so the vendor may have carried it out. An HTTP answer of any status is not ambiguous.
 */
export class TransientFailure extends Error {
  override readonly name = "TransientFailure";
  /** The vendor's retry after, in seconds. Such a refusal does not count as an attempt. */
  readonly retryAfterSeconds: number | undefined;
  readonly ambiguous: boolean;
  /** True when the vendor itself said "too fast". False for a wait that we chose. */
  readonly isLimit: boolean;
  /** True when a person must act, for example after a revoked token. The message itself is fine. */
  readonly needsPerson: boolean;
  /** After this many counted attempts, the failure counts as a refusal of the message. */
  readonly mostAttempts: number | undefined;
  /** How long the failure may last, by the ledger. Then the step goes on without the missing thing. */
  readonly mostMillis: number | undefined;
  /** Absent when the failure is not a vendor's. */
  readonly source: FailureSource | undefined;

  constructor(
    reason: string,
    options: {
      retryAfterSeconds?: number | undefined;
      ambiguous?: boolean;
      isLimit?: boolean;
      needsPerson?: boolean;
      mostAttempts?: number;
      mostMillis?: number;
      source?: FailureSource | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(reason, { cause: options.cause });
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.ambiguous = options.ambiguous ?? false;
    this.isLimit = options.isLimit ?? false;
    this.needsPerson = options.needsPerson ?? false;
    this.mostAttempts = options.mostAttempts;
    this.mostMillis = options.mostMillis;
    this.source = options.source;
  }
}

/** Why the bridge can never deliver a message. `texts.ts` has a sentence for the operator for each. */
export const permanentReasons = [
  "blocked",
  "deactivated",
  "chat-not-found",
  "write-first",
  "customer-is-bot",
  "customer-restricts",
  "bot-not-in-chat",
  "bot-has-no-right",
  "forbidden",
  "foreign-conversation",
  "kind-not-supported",
  "file-too-large",
  "attachment-unavailable",
  "empty-text",
  "refused-by-telegram",
  "refused-by-amocrm",
  "outcome-unknown",
  "gave-up",
  "not-understood",
  "foreign-account",
  "too-old",
  "not-authentic",
] as const;
export type PermanentReason = (typeof permanentReasons)[number];

/** The customer causes these, not the bridge. The team cannot repair them, so no alarm rings for them. */
const unreachableReasons = [
  "blocked",
  "deactivated",
  "chat-not-found",
  "write-first",
  "customer-is-bot",
  "customer-restricts",
  "bot-not-in-chat",
] as const;

/** Why no message can reach a customer. */
export type UnreachableReason = (typeof unreachableReasons)[number];

/** True when the sender parked a message only because it cannot reach the customer. */
export function isUnreachable(reason: unknown): reason is UnreachableReason {
  return (unreachableReasons as readonly unknown[]).includes(reason);
}

/** The parts next to the content of a message: its buttons, the message that it answers, its topic. */
type Blamed = "buttons" | "quote" | "topic";

/** A failure that no retry cures: the vendor would refuse this message again, even after every repair. */
export class PermanentFailure extends Error {
  override readonly name = "PermanentFailure";
  readonly reason: PermanentReason;
  /** The part that the vendor refuses, when it is not the message itself. The message may go without it. */
  readonly blames: Blamed | undefined;

  constructor(
    reason: PermanentReason,
    detail: string = reason,
    { blames, ...options }: { cause?: unknown; blames?: Blamed | undefined } = {},
  ) {
    super(detail, options);
    this.reason = reason;
    this.blames = blames;
  }
}

/** True for a failure that the bridge has classified. Every other error is a bug, or AWS's. */
export function isFailure(error: unknown): error is TransientFailure | PermanentFailure {
  return error instanceof TransientFailure || error instanceof PermanentFailure;
}
