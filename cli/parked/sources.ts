import type { Direction, Envelope } from "../../lambdas/model/envelope.ts";

/** An item of the deliveries table, as far as a person's decisions need it. */
export type Delivery = {
  readonly id: string;
  readonly state: string;
  readonly direction: Direction | undefined;
  readonly reason: string;
  readonly receivedAtMillis: number;
  readonly redrives: number;
  /** What the queue held, while the event is parked or spooled. */
  readonly message: string | undefined;
};

/** Ledger and spool of a stage. */
export interface Deliveries {
  /** What is set aside now, oldest first. */
  setAside(state: "parked" | "spooled"): AsyncIterable<Delivery>;
  /** The item as it is at this moment; undefined also when the ledger has forgotten it. */
  find(id: string): Promise<Delivery | undefined>;
  /**
   * Marks an event as given up, in one conditional write: a parked one, and with `isDeadLetter`
   * also one that nobody holds. False when its state is another.
   */
  discard(id: string, options: { readonly isDeadLetter: boolean }): Promise<boolean>;
  /** Removes what the bucket of bodies keeps of a parked event; nothing where there is nothing. */
  forgetBody(id: string): Promise<void>;
}

/** A message in a dead-letter queue, held for a moment. */
export type DeadLetter = {
  /** The event's id where the message can be read, else the queue's own. */
  readonly id: string;
  readonly direction: Direction;
  readonly envelope: Envelope | undefined;
  readonly receivedAtMillis: number;
  readonly receiptHandle: string;
};

/** What could be seen of the dead-letter queues. */
export type DeadLetterReading = {
  readonly letters: readonly DeadLetter[];
  /** About how many more wait behind them: a queue shows those of a chat only from its front. */
  readonly hidden: number;
};

/** Both dead-letter queues of a stage. */
export interface DeadLetters {
  /** Takes hold of every message that can be seen, for half a minute. */
  read(): Promise<DeadLetterReading>;
  remove(letter: DeadLetter): Promise<void>;
  /** Lets go of messages, so that the next reader sees them at once. */
  release(letters: readonly DeadLetter[]): Promise<void>;
}

/** The two queues that the sender works on. */
export interface SourceQueues {
  put(direction: Direction, envelope: Envelope & { readonly redrive: number }): Promise<void>;
}

/** Everything that can hold an event for a person. */
export type Sources = {
  readonly deliveries: Deliveries;
  readonly deadLetters: DeadLetters;
  readonly queues: SourceQueues;
};
