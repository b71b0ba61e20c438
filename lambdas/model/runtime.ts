import { TransientFailure } from "./failure.ts";
import type { Envelope, Direction } from "./envelope.ts";

/** The present, in Unix milliseconds. */
export type Now = () => number;

/** A number in [0, 1), for jitter. */
export type Random = () => number;

/** Settles after so many milliseconds. */
export type Sleep = (millis: number) => Promise<void>;

/** Fields of a log line: ids, counts, reasons. Never texts, names, phones, tokens or bodies. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes one line per decision; `fact` is a past-tense fact such as `DeliverySent`. */
export interface Logger {
  info(fact: string, fields?: LogFields): void;
  warn(fact: string, fields?: LogFields): void;
  /** A person must act. */
  error(fact: string, fields?: LogFields): void;
}

/** The secret store did not answer, or what it holds is not (yet) what it should be. */
export class SecretUnavailable extends TransientFailure {
  constructor(reason: string, options: { cause?: unknown } = {}) {
    super(reason, { needsPerson: true, cause: options.cause });
  }
}

/**
 * The store answered, and nobody has filled the secret in: there is nothing to verify or to sign
 * with. A store that does not answer is no such thing.
 */
export class SecretUnset extends SecretUnavailable {}

/** One secret, kept for the life of the sandbox and read again when it seems to have changed. */
export interface Secret<Value> {
  /**
   * The value as last read; read now if it never was. Throws {@link SecretUnavailable}, and for one
   * that is not filled in {@link SecretUnset}, for 30 s without asking the store again.
   */
  read(): Promise<Value>;
  /** A value that was read after that moment; throws as `read` does without one. */
  readSince(millis: number): Promise<Value>;
  /**
   * Reads again unless that was done within 30 s. The value known so far serves while the store is
   * down; one that has been emptied serves nobody: then it throws {@link SecretUnset}.
   */
  reread(): Promise<Value>;
}

/** A value that is known beforehand and never changes. */
export function fixedSecret<Value>(value: Value): Secret<Value> {
  const read = async () => value;
  return { read, readSince: read, reread: read };
}

/** Takes events of one direction, in order within a group, each id once in five minutes. */
export interface EventQueue {
  /** Resolves once the event is durable; rejects when it may not be. */
  put(
    envelope: Envelope,
    options?: {
      timeoutMillis?: number;
      /** The event comes from another group of the queue: its earlier copy does not stand for this one. */
      isMoved?: boolean;
    },
  ): Promise<void>;
}

/** Decides when the queue hands out a message again; its chat waits behind it. */
export interface Redelivery {
  /** At most 12 hours ahead, the queue's own limit. */
  after(direction: Direction, receiptHandle: string, seconds: number): Promise<void>;
}

/** Keeps what the queue would not take, until the caretaker drains it. */
export interface Spool {
  put(envelope: Envelope, options: { timeoutMillis: number }): Promise<void>;
}

/** The caretaker's side of the spool. */
export interface SpoolReader {
  /** What waits there, oldest first, at most `limit`. */
  oldest(limit: number): Promise<readonly Envelope[]>;
  remove(id: string): Promise<void>;
}

/**
 * Requests for a wide look: an operator's message may have been refused, so the histories of all
 * chats of the last day are to be compared with the ledger.
 */
export interface WideReconcileRequests {
  /** Leaves the request; the latest one stands for all before it. */
  ask(askedAtMillis: number, options: { timeoutMillis: number }): Promise<void>;
}

/** The caretaker's side of the requests. */
export interface WideReconcileReader {
  /** When the latest request was made; undefined when there is none. */
  latest(): Promise<number | undefined>;
  /** Removes it, unless a later one than that has been made meanwhile. */
  remove(untilMillis: number): Promise<void>;
}
