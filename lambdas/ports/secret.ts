import { TransientFailure } from "../model/failure.ts";

/** The secret store did not answer, or what it holds is not (yet) what it should be. */
export class SecretUnavailable extends TransientFailure {
  constructor(reason: string, options: { cause?: unknown } = {}) {
    super(reason, { needsPerson: true, cause: options.cause });
  }
}

/** One secret, kept for the life of the sandbox and read again when it seems to have changed. */
export interface Secret<Value> {
  /** The value as last read; read now if it never was. Throws {@link SecretUnavailable}. */
  read(): Promise<Value>;
  /** A value that was read after that moment; throws {@link SecretUnavailable} without one. */
  readSince(millis: number): Promise<Value>;
  /** Reads again unless that was done within 30 s; the value known so far when the store is down. */
  reread(): Promise<Value>;
}
