import { TransientFailure } from "./failure.ts";
import type { Envelope, Direction } from "./envelope.ts";

/** The current time, in Unix milliseconds. */
export type Now = () => number;

/** A number in [0, 1), for jitter. */
export type Random = () => number;

/** Resolves after that many milliseconds. */
export type Sleep = (millis: number) => Promise<void>;

/** Fields of a log line: ids, counts, reasons. Never texts, names, phones, tokens or bodies. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes one line per decision. `fact` is a past-tense fact, such as `DeliverySent`. */
export interface Logger {
  info(fact: string, fields?: LogFields): void;
  warn(fact: string, fields?: LogFields): void;
  /** A person must act. */
  error(fact: string, fields?: LogFields): void;
}

/** The secret store did not answer, or its value is not (yet) in the expected form. */
export class SecretUnavailable extends TransientFailure {
  constructor(reason: string, options: { cause?: unknown } = {}) {
    super(reason, { needsPerson: true, cause: options.cause });
  }
}

/** The store answered, and the secret is empty: there is nothing to verify or to sign with. */
export class SecretUnset extends SecretUnavailable {}

/** One secret. The sandbox keeps it for its life, and reads it again when it seems to have changed. */
export interface Secret<Value> {
  /**
   * Returns the value of the last read. Reads now when there was none. Throws
   * {@link SecretUnavailable}, and {@link SecretUnset} for an empty secret. After an answer that we
   * cannot use, throws for 30 s without asking the store again.
   */
  read(): Promise<Value>;
  /** Returns a value that was read after that moment. Throws like `read` when there is none. */
  readSince(millis: number): Promise<Value>;
  /**
   * Reads again, unless a read took place within 30 s. While the store is down, returns the known
   * value. For a secret that was emptied, throws {@link SecretUnset}.
   */
  reread(): Promise<Value>;
}

/** A secret whose value is known and never changes. */
export function fixedSecret<Value>(value: Value): Secret<Value> {
  const read = async () => value;
  return { read, readSince: read, reread: read };
}

/**
 * Accepts events of one direction. Keeps their order within a group. Accepts each id once in five minutes.
 */
export interface EventQueue {
  /** Resolves when the event is durable. Rejects when it may not be durable. */
  put(
    envelope: Envelope,
    options?: {
      timeoutMillis?: number;
      /** The event comes from another group of the queue. Its earlier copy does not count as this event. */
      isMoved?: boolean;
    },
  ): Promise<void>;
}

/** Sets when the queue delivers a message again. The chat waits behind that message. */
export interface Redelivery {
  /** At most 12 hours ahead, which is the queue's limit. */
  after(direction: Direction, receiptHandle: string, seconds: number): Promise<void>;
}

/** Keeps the events that the queue did not accept, until the caretaker drains the spool. */
export interface Spool {
  put(envelope: Envelope, options: { timeoutMillis: number }): Promise<void>;
}

/** The caretaker's side of the spool. */
export interface SpoolReader {
  /** The events that wait there, the oldest first, at most `limit`. */
  oldest(limit: number): Promise<readonly Envelope[]>;
  remove(id: string): Promise<void>;
}

/** A webhook may have refused a message: requests to compare all chats of the last day with the ledger. */
export interface WideReconcileRequests {
  /** Stores the request. The latest request stands for all earlier ones. */
  ask(askedAtMillis: number, options: { timeoutMillis: number }): Promise<void>;
}

/** The caretaker's side of the requests. */
export interface WideReconcileReader {
  /** The time of the latest request. Undefined when there is none. */
  latest(): Promise<number | undefined>;
  /** Removes the request, unless a later one than `untilMillis` exists by now. */
  remove(untilMillis: number): Promise<void>;
}
