import { TransientFailure } from "../model/failure.ts";

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
