import type { CarriedBody, Envelope } from "../model/envelope.ts";

/** Compressed bytes of a body, and the key under which they lie in the bucket of bodies. */
export type StoredBody = { readonly key: string; readonly bytes: Uint8Array };

/** Says what an envelope carries of a body; `object` is to be stored before the event is enqueued. */
export type PackBody = (body: Uint8Array) => {
  readonly carried: CarriedBody;
  readonly object?: StoredBody;
};

/**
 * The bytes that a source sent. Throws PermanentFailure "not-understood" for a body that is gone or
 * cannot be unpacked, and TransientFailure when the bucket does not answer.
 */
export type BodyOf = (envelope: Envelope) => Promise<Uint8Array>;

/** Takes bodies that are too large for a queue message. */
export interface BodyWriter {
  /** Resolves once the object is durable; a repeat overwrites it with the same bytes. */
  put(object: StoredBody, options: { readonly timeoutMillis: number }): Promise<void>;
}

/** The bucket of those bodies. Methods may throw TransientFailure. */
export interface BodyStore extends BodyWriter {
  /** Undefined: no object lies there any more. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Removes the object, where there is one. */
  remove(key: string): Promise<void>;
}
