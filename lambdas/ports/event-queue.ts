import type { Envelope } from "../model/envelope.ts";

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
