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

  constructor(
    reason: string,
    options: {
      retryAfterSeconds?: number | undefined;
      ambiguous?: boolean;
      isLimit?: boolean;
      needsPerson?: boolean;
      cause?: unknown;
    } = {},
  ) {
    super(reason, { cause: options.cause });
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.ambiguous = options.ambiguous ?? false;
    this.isLimit = options.isLimit ?? false;
    this.needsPerson = options.needsPerson ?? false;
  }
}

/** Why a message can never be delivered; each has its sentence for the operator in `texts.ts`. */
export const permanentReasons = [
  "blocked",
  "deactivated",
  "chat-not-found",
  "write-first",
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
const unreachableReasons = ["blocked", "deactivated", "chat-not-found", "write-first"] as const;

/** Why no message reaches a customer. */
export type UnreachableReason = (typeof unreachableReasons)[number];

/** Whether a message was parked only because its customer cannot be reached. */
export function isUnreachable(reason: unknown): reason is UnreachableReason {
  return (unreachableReasons as readonly unknown[]).includes(reason);
}

/** This very message, repeated with everything repaired, would still be refused. */
export class PermanentFailure extends Error {
  override readonly name = "PermanentFailure";
  readonly reason: PermanentReason;

  constructor(reason: PermanentReason, detail: string = reason, options: { cause?: unknown } = {}) {
    super(detail, options);
    this.reason = reason;
  }
}
