/** What a vendor's failure is: alarms and commands go by it, never by the words of a failure. */
export const failureKinds = [
  /** No answer came in time, or no connection. */
  "no-answer",
  "rate-limit",
  /** The credentials, or what they open: a person must act. */
  "unauthorized",
  /** Another program consumes the updates of the bot. */
  "conflict",
  "server-error",
  "other",
] as const;
export type FailureKind = (typeof failureKinds)[number];

/** Whose failure it is, and which. */
export type FailureSource = {
  readonly vendor: "telegram" | "amocrm";
  readonly kind: FailureKind;
  /** The HTTP status, where there was an answer. */
  readonly status?: number;
};

/**
 * Another attempt may cure it. `ambiguous` says that the request was written and no answer came,
 * so that it may have been carried out; an HTTP answer of any status is not ambiguous.
 */
export class TransientFailure extends Error {
  override readonly name = "TransientFailure";
  /** The vendor's own wait, in seconds; such a refusal is not counted as an attempt. */
  readonly retryAfterSeconds: number | undefined;
  readonly ambiguous: boolean;
  /** The vendor itself said "too fast": a wait of ours is no such thing. */
  readonly isLimit: boolean;
  /** A person must act, e.g. a revoked token: the message is fine, we are not. */
  readonly needsPerson: boolean;
  /** After so many counted attempts it is no trouble of the moment, but a refusal of the message. */
  readonly mostAttempts: number | undefined;
  /** How long it may last before whoever met it goes on without. The ledger keeps since when. */
  readonly mostMillis: number | undefined;
  /** Absent for what is no vendor's failure. */
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

/** Why a message can never be delivered; each has its sentence for the operator in `texts.ts`. */
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

/** Of these the customer is the reason, not the bridge: nobody can mend them, and no alarm rings for them. */
const unreachableReasons = [
  "blocked",
  "deactivated",
  "chat-not-found",
  "write-first",
  "customer-is-bot",
  "customer-restricts",
  "bot-not-in-chat",
] as const;

/** Why no message reaches a customer. */
export type UnreachableReason = (typeof unreachableReasons)[number];

/** Whether a message was parked only because its customer cannot be reached. */
export function isUnreachable(reason: unknown): reason is UnreachableReason {
  return (unreachableReasons as readonly unknown[]).includes(reason);
}

/** What stands beside a message: its buttons, what it answers, the topic that it goes to. */
type Blamed = "buttons" | "quote" | "topic";

/** This very message, repeated with everything repaired, would still be refused. */
export class PermanentFailure extends Error {
  override readonly name = "PermanentFailure";
  readonly reason: PermanentReason;
  /** What of the message is refused, where that is not the message itself: it may go without. */
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
