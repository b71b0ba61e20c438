import type { Direction } from "../model/envelope.ts";

/** Decides when the queue hands out a message again; its chat waits behind it. */
export interface Redelivery {
  /** At most 12 hours ahead, the queue's own limit. */
  after(direction: Direction, receiptHandle: string, seconds: number): Promise<void>;
}
