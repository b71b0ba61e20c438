import type { Envelope } from "../model/envelope.ts";

/** Takes events of one direction, in order within a group, each id once in five minutes. */
export interface EventQueue {
  /** Resolves once the event is durable; rejects when it may not be. */
  put(envelope: Envelope, options?: { timeoutMillis?: number }): Promise<void>;
}
